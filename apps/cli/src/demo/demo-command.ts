import process from 'node:process';
import { runUntilSignal } from '@lockkeeper/instance/run-until-signal';
import { Command, Option } from 'commander';
import { orExplain } from '../command-problem.ts';
import { defaultInstancePort, defaultSandboxPort } from '../default-ports.ts';
import { wholeNumber } from '../whole-number.ts';
import type { Walked } from './auto/walkthrough.ts';
import { type Demo, startDemo } from './demo.ts';
import { type DemoOptions, readDemoConfig } from './demo-config.ts';

/** What `npm start` runs. */
export const demoCommand = new Command('demo')
  .description('try everything on this machine: an instance, a MID Server and a local Bitbucket sandbox')
  .addOption(
    new Option('--port <port>', 'of the instance; 0 takes a free one')
      .argParser(wholeNumber)
      .env('LOCKKEEPER_PORT')
      .default(defaultInstancePort),
  )
  .addOption(
    new Option('--sandbox-port <port>', 'of the sandbox; 0 takes a free one')
      .argParser(wholeNumber)
      .env('LOCKKEEPER_SANDBOX_PORT')
      .default(defaultSandboxPort),
  )
  .addOption(
    new Option('--data <folder>', 'where everything is kept').env('LOCKKEEPER_DATA').default('.lockkeeper'),
  )
  .option('--workspaces <number>', 'how many workspaces the sandbox has (default: 2)', wholeNumber)
  .option('--repositories <number>', 'how many repositories the sandbox has (default: 60)', wholeNumber)
  .option('--auto', 'do the whole walkthrough, and keep running to look at the result')
  .option('--exit', 'with --auto: end after it, with status 0 only if every step worked')
  .action(async (options: DemoOptions, command: Command) => {
    if (options.exit && !options.auto) command.error('error: --exit ends after the walkthrough: add --auto');
    const starting = orExplain(async () => startDemo(await readDemoConfig(options, process.cwd())));
    const running = runUntilSignal(starting);
    const demo = await starting;
    if (demo && options.auto) await automatically(demo, options.exit === true);
    await running;
  });

async function automatically(demo: Demo, thenExit: boolean): Promise<void> {
  const { runWalkthrough } = await import('./auto/walkthrough.ts');
  const worked = await orExplain(() => runWalkthrough(demo));
  if (!thenExit) {
    if (worked) showSignIn(demo, worked);
    // Whoever watches looks at what happened; the status at the end is that of an ordinary end.
    process.exitCode = 0;
    return;
  }
  await demo.stop();
  process.exit(worked ? 0 : 1);
}

function showSignIn({ publicUrl }: Demo, { email, password }: Walked): void {
  console.log(`  Look at it at ${publicUrl.origin}, signed in as ${email} with the password ${password}\n`);
}
