import process from 'node:process';
import { type Config, readConfig } from './config.ts';
import { freePort } from './free-port.ts';
import { hardenProcess } from './harden-process.ts';
import { type RunningInstance, startInstance } from './instance.ts';
import { explainStartError } from './start-problem.ts';

/**
 * One instance, from the environment to its start. A problem is told in one readable line, and is status 1.
 * @param variables the master keys are taken out of it, so that no child process inherits them
 */
export async function runInstance(
  variables: NodeJS.ProcessEnv,
  folder: string,
): Promise<RunningInstance | undefined> {
  let config: Config | undefined;
  try {
    config = await withPort(readConfig(variables, folder), variables);
    hardenProcess(config.publicUrl, variables);
    return await startInstance(config);
  } catch (error) {
    const lines = explainStartError(error, config);
    if (lines === undefined) throw error;
    for (const line of lines) console.error(`Lockkeeper cannot start: ${line}`);
    process.exitCode = 1;
    return undefined;
  }
}

/** Port 0 asks for any free one; the address that people and tokens see must have its number. */
async function withPort(config: Config, variables: NodeJS.ProcessEnv): Promise<Config> {
  if (config.port !== 0) return config;
  const port = await freePort(config.host);
  const asked = readConfig({ ...variables, LOCKKEEPER_PORT: String(port) }, config.dataFolder);
  return { ...config, port, publicUrl: asked.publicUrl };
}
