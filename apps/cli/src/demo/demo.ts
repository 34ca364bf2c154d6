import { withoutMasterKeys } from '@lockkeeper/instance/harden-process';
import { ChildProgram } from './child-program.ts';
import type { DemoConfig } from './demo-config.ts';
import { createSetupLink } from './instance-admin.ts';
import { ensureLocalMidServer } from './local-mid-server.ts';

export interface Demo extends DemoConfig {
  midServerName: string;
  stop(): Promise<void>;
}

const midServerName = 'local';

/**
 * Starts the three programs, each as a process of its own, and says where they are.
 * @throws CommandProblem with what to do; whatever was started until then is ended again
 */
export async function startDemo(config: DemoConfig): Promise<Demo> {
  const programs: ChildProgram[] = [];
  let stopping = false;
  const stop = async (): Promise<void> => {
    stopping = true;
    // The MID Server first: it says goodbye to the instance.
    for (const program of programs.toReversed()) await program.stop();
  };
  const start = async (name: string, args: readonly string[], waitFor: RegExp): Promise<void> => {
    const env = name === 'instance' ? config.env : withoutMasterKeys(config.env);
    const program = await ChildProgram.start(name, args, { ...config, env, waitFor });
    programs.push(program);
    void program.ended.then((reason) => {
      if (!stopping) console.error(`${name} ended by itself (${reason}). Press Ctrl-C and start again.`);
    });
  };
  try {
    await start('instance', ['start'], /instance is ready/);
    await start('sandbox', ['sandbox', ...config.sandboxArguments], /sandbox is ready/);
    await ensureLocalMidServer({ ...config, name: midServerName });
    await start('mid-server', ['mid-server', 'run'], /is connected/);
    await showAddresses(config);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...config, midServerName, stop };
}

async function showAddresses(config: DemoConfig): Promise<void> {
  const { publicUrl, sandboxOrigin } = config;
  const link = await createSetupLink(config);
  console.log(`
  Instance     ${publicUrl.origin}
  Sandbox      ${sandboxOrigin}   (a local Bitbucket Cloud; sign in there as mara, jonas, aiko or sam)
  MID Server   ${midServerName}   (${new URL('/mid-servers', publicUrl).href})
`);
  console.log(
    link
      ? `  Sign in the first time with this link; it works once:\n  ${link}\n`
      : `  Sign in at ${publicUrl.origin} as the administrator you set up.\n`,
  );
  console.log('  Ctrl-C ends everything.\n');
}
