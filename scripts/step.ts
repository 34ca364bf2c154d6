import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';

export const root = path.dirname(import.meta.dirname);

/** The path of a package's command; run by path, because npm 10 does not make every link in `.bin`. */
export const bin = (file: string): string => path.join(root, 'node_modules', file);

/**
 * Runs one step of a longer command: says that it begins, shows what it prints, says how long it took.
 * @throws StepFailed when its exit code is not 0
 */
export async function step(
  title: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<void> {
  const code = await timed(title, () => runNode(args, env));
  if (code !== 0) throw new StepFailed(title, code);
}

export async function timed<T>(title: string, run: () => Promise<T>): Promise<T> {
  const started = performance.now();
  console.log(`\n▸ ${title} …`);
  const result = await run();
  console.log(`  ${title}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return result;
}

/** Runs a script under this very Node and resolves with its exit code. */
export async function runNode(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGINT', ignore).on('SIGTERM', forward);
  const [code] = await once(child, 'exit');
  process.off('SIGINT', ignore).off('SIGTERM', forward);
  return typeof code === 'number' ? code : 1;
}

/** The child is in our process group and ends on Ctrl-C by itself; we wait for it to have the last word. */
function ignore(): void {}

export class StepFailed extends Error {
  readonly exitCode: number;

  constructor(title: string, exitCode: number) {
    super(`${title} failed`);
    this.exitCode = exitCode;
  }
}

/** Runs steps until one fails; the exit code is that of the failed step. */
export async function runSteps(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    console.error(`\n✗ ${error.message}`);
    process.exitCode = error.exitCode;
  }
}
