import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { eventually } from './eventually.ts';

export interface StartOptions {
  args?: readonly string[];
  /** Of `startNode`: what comes before the file, such as `--import`. */
  nodeOptions?: readonly string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Run as another user; only root can. */
  ids?: { uid: number; gid: number };
  /** Resolve when the output matches; at once if absent. */
  waitFor?: RegExp;
  timeoutMs?: number;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process under test: its output is kept, and it is killed when the test run ends, whatever happens. */
export class TestProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<Exit>;
  #output = '';

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.on('data', (chunk) => (this.#output += String(chunk)));
    child.stderr?.on('data', (chunk) => (this.#output += String(chunk)));
    this.exited = new Promise((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal }));
      child.once('error', (error) => {
        this.#output += String(error);
        resolve({ code: null, signal: null });
      });
    });
  }

  /** Everything that it wrote to standard output and standard error so far. */
  get output(): string {
    return this.#output;
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`The process did not start: ${this.#output}`);
    return this.child.pid;
  }

  /** @throws with the output so far when the process ends, or does not say it in time */
  async waitFor(pattern: RegExp, timeoutMs = 30_000): Promise<RegExpExecArray> {
    const match = () => pattern.exec(this.#output);
    const found = await eventually(() => {
      const result = match();
      if (!result && !this.#hasEnded())
        throw new Error(`no ${pattern} within ${timeoutMs} ms in:\n${this.#output}`);
      return result;
    }, timeoutMs);
    if (found) return found;
    await this.exited;
    const last = match();
    if (!last) throw new Error(`ended without ${pattern} in:\n${this.#output}`);
    return last;
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<Exit> {
    this.child.kill(signal);
    return this.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hasEnded()) await this.kill();
  }

  #hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}

/** Starts a command with exactly the environment given (and `PATH`); see `runNode` for one of our programs. */
export async function startProcess(command: string, options: StartOptions = {}): Promise<TestProcess> {
  const spawnOptions: SpawnOptions = {
    env: { PATH: process.env.PATH, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...options.ids,
  };
  const child = spawn(command, options.args ?? [], spawnOptions);
  const started = new TestProcess(child);
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  void started.exited.then(() => process.off('exit', killAtExit));
  try {
    if (options.waitFor) await started.waitFor(options.waitFor, options.timeoutMs);
    else await once(child, 'spawn');
  } catch (error) {
    await started[Symbol.asyncDispose]();
    throw error;
  }
  return started;
}

/** Starts a TypeScript or JavaScript file under the Node that runs the tests. */
export async function startNode(file: string, options: StartOptions = {}): Promise<TestProcess> {
  return startProcess(process.execPath, {
    ...options,
    args: [...(options.nodeOptions ?? []), file, ...(options.args ?? [])],
  });
}
