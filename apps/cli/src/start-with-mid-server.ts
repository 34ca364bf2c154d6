import path from 'node:path';
import { type RunningInstance, runInstance } from '@lockkeeper/instance';
import { readConfig } from '@lockkeeper/instance/config';
import { withoutMasterKeys } from '@lockkeeper/instance/harden-process';
import { ChildProgram } from './demo/child-program.ts';
import { ensureLocalMidServer } from './demo/local-mid-server.ts';

/** One instance here, and a MID Server beside it that is enrolled and validated like any other. */
export async function startWithMidServer(
  variables: NodeJS.ProcessEnv,
  folder: string,
): Promise<Pick<RunningInstance, 'stop'> | undefined> {
  // The instance takes its keys out of what it is given.
  const given = { ...variables };
  const instance = await runInstance(variables, folder);
  if (!instance) return undefined;
  const env = {
    ...given,
    LOCKKEEPER_MID_DATA: path.join(readConfig(given, folder).dataFolder, 'mid-server'),
  };
  const publicUrl = instance.publicUrl;
  let midServer: ChildProgram | undefined;
  try {
    await ensureLocalMidServer({ publicUrl, env, folder, name: 'local' });
    midServer = await ChildProgram.start('mid-server', ['mid-server', 'run'], {
      env: withoutMasterKeys(env),
      folder,
    });
  } catch (error) {
    await instance.stop();
    throw error;
  }
  return {
    stop: async () => {
      await midServer?.stop();
      await instance.stop();
    },
  };
}
