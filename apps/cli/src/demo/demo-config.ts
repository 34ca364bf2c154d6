import path from 'node:path';
import process from 'node:process';
import { readConfig } from '@lockkeeper/instance/config';
import { freePort } from '@lockkeeper/instance/free-port';

export interface DemoOptions {
  port: number;
  sandboxPort: number;
  data: string;
  repositories?: number;
  workspaces?: number;
  auto?: boolean;
  exit?: boolean;
}

export interface DemoConfig {
  publicUrl: URL;
  sandboxPort: number;
  sandboxOrigin: string;
  /** Given to the sandbox's command. */
  sandboxArguments: string[];
  /** Relative paths in the environment start here. */
  folder: string;
  /** For the instance, the commands beside it and the MID Server. */
  env: NodeJS.ProcessEnv;
}

const host = '127.0.0.1';

/** @throws ConfigError when a variable of the environment is wrong: before anything is started */
export async function readDemoConfig(options: DemoOptions, folder: string): Promise<DemoConfig> {
  const port = options.port || (await freePort(host));
  const sandboxPort = options.sandboxPort || (await freePort(host));
  const sandboxOrigin = `http://${host}:${sandboxPort}`;
  const data = path.resolve(folder, options.data);
  const allowed = [process.env.LOCKKEEPER_ALLOW_ORIGINS, sandboxOrigin].filter(Boolean).join(',');
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    LOCKKEEPER_PORT: String(port),
    LOCKKEEPER_DATA: data,
    LOCKKEEPER_MID_DATA: path.join(data, 'mid-server'),
    LOCKKEEPER_ALLOW_ORIGINS: allowed,
  };
  const { publicUrl } = readConfig(env, folder);
  const sandboxArguments = ['--port', String(sandboxPort)];
  for (const name of ['workspaces', 'repositories'] as const) {
    const value = options[name];
    if (value !== undefined) sandboxArguments.push(`--${name}`, String(value));
  }
  return { publicUrl, sandboxPort, sandboxOrigin, sandboxArguments, folder, env };
}
