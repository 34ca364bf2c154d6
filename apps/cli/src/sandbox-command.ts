import { createSandbox } from '@lockkeeper/bitbucket-sandbox';
import { runUntilSignal } from '@lockkeeper/instance/run-until-signal';
import { Command } from 'commander';
import { CommandProblem, orExplain } from './command-problem.ts';
import { defaultSandboxPort } from './default-ports.ts';
import { wholeNumber } from './whole-number.ts';

interface SandboxCommandOptions {
  host: string;
  port: number;
  seed?: string;
  workspaces?: number;
  repositories?: number;
  publicOrigin?: string;
}

export const sandboxCommand = new Command('sandbox')
  .description('a local Bitbucket Cloud to try things out: consumers, consent, REST 2.0')
  .option('--host <host>', 'address to listen on', '127.0.0.1')
  .option('--port <port>', 'port to listen on; 0 takes a free one', wholeNumber, defaultSandboxPort)
  .option('--seed <text>', 'the same seed gives the same data')
  .option('--workspaces <number>', 'how many workspaces (default: 2)', wholeNumber)
  .option('--repositories <number>', 'how many repositories over all (default: 60)', wholeNumber)
  .option('--public-origin <origin>', 'the origin in links, where it differs')
  .action((options: SandboxCommandOptions) => runUntilSignal(orExplain(() => startSandbox(options))));

async function startSandbox({
  host,
  port,
  ...data
}: SandboxCommandOptions): Promise<{ stop(): Promise<void> }> {
  const sandbox = await createSandbox(data);
  try {
    console.log(`sandbox is ready at ${await sandbox.listen({ host, port })}`);
  } catch (error) {
    await sandbox.close();
    // Its message is the line that says what to do.
    throw new CommandProblem(error instanceof Error ? error.message : String(error), { cause: error });
  }
  return { stop: () => sandbox.close() };
}
