import process from 'node:process';
import { runInstance } from '@lockkeeper/instance';
import { runUntilSignal } from '@lockkeeper/instance/run-until-signal';
import { Command } from 'commander';
import { startWithMidServer } from './start-with-mid-server.ts';

export const startCommand = new Command('start')
  .description('start one instance; LOCKKEEPER_… variables configure it')
  .option('--with-mid-server', 'also run a MID Server beside it, as a process of its own')
  .action(async ({ withMidServer }: { withMidServer?: boolean }) => {
    const starting = withMidServer
      ? startWithMidServer(process.env, process.cwd())
      : runInstance(process.env, process.cwd());
    await runUntilSignal(starting);
  });
