import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { UserIds } from './server-user.ts';

/** PostgreSQL's programs get exactly this: nothing of the caller's environment changes what they do. */
export const cleanEnvironment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

export interface ProgramResult {
  ok: boolean;
  output: string;
}

/** Runs a program to its end; a program that cannot be started is a result, not an exception. */
export async function runProgram(
  command: string,
  args: readonly string[],
  options: { ids?: UserIds | undefined; cwd?: string } = {},
): Promise<ProgramResult> {
  const spawnOptions: SpawnOptions = {
    env: cleanEnvironment,
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: options.cwd ?? '/',
    ...options.ids,
  };
  let output = '';
  try {
    const child = spawn(command, args, spawnOptions);
    child.stdout?.on('data', (chunk) => (output += String(chunk)));
    child.stderr?.on('data', (chunk) => (output += String(chunk)));
    const [code] = await once(child, 'close');
    return { ok: code === 0, output };
  } catch (error) {
    return { ok: false, output: output + String(error) };
  }
}
