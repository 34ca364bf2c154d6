import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';
import { CommandProblem } from '../command-problem.ts';
import { programFile } from '../program-file.ts';

const run = promisify(execFile);

export interface Place {
  env: NodeJS.ProcessEnv;
  folder: string;
}

/** What `lockkeeper admin create-api-key` prints; the key ends by itself within the hour. */
export async function createAdminKey(name: string, place: Place): Promise<string> {
  return runAdmin(['create-api-key', '--name', name, '--role', 'admin', '--expires-in-hours', '1'], place);
}

/** What `lockkeeper admin setup-link` prints; undefined when there is an administrator already. */
export async function createSetupLink(place: Place): Promise<string | undefined> {
  try {
    return await runAdmin(['setup-link'], place);
  } catch (error) {
    if (error instanceof CommandProblem && error.message.includes('administrator already')) return undefined;
    throw error;
  }
}

async function runAdmin(args: readonly string[], { env, folder }: Place): Promise<string> {
  try {
    const { stdout } = await run(process.execPath, [programFile, 'admin', ...args], { env, cwd: folder });
    return stdout.trim();
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new CommandProblem(said.replace(/^lockkeeper: /, ''), { cause: error });
  }
}
