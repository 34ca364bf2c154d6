import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandProblem } from '../command-problem.ts';
import { programFile } from '../program-file.ts';
import { readableLine } from './readable-line.ts';

export interface ChildOptions {
  env: NodeJS.ProcessEnv;
  folder: string;
  /** Resolve when a line of its output matches. */
  waitFor?: RegExp;
}

const longestName = 'mid-server'.length;
const readyTimeoutMs = 60_000;
const stopTimeoutMs = 15_000;

/**
 * One of our programs as a process of its own. It is told through a channel when we are gone, even by a kill, and then
 * ends by itself.
 */
export class ChildProgram {
  readonly name: string;
  readonly #child: ChildProcess;
  /** Resolves with the reason when it ends. */
  readonly ended: Promise<string>;
  readonly #lines: ((line: string) => void)[] = [];

  private constructor(name: string, child: ChildProcess) {
    this.name = name;
    this.#child = child;
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(signal ?? `status ${code}`));
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => this.#show(line));
    }
  }

  /** @throws CommandProblem when it ends before it is ready; what it printed is the reason */
  static async start(name: string, args: readonly string[], options: ChildOptions): Promise<ChildProgram> {
    const child = spawn(process.execPath, [...process.execArgv, programFile, ...args], {
      cwd: options.folder,
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const program = new ChildProgram(name, child);
    try {
      if (options.waitFor) await program.#ready(options.waitFor);
    } catch (error) {
      await program.stop();
      throw error;
    }
    return program;
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), stopTimeoutMs);
    await this.ended;
    clearTimeout(timer);
  }

  async #ready(pattern: RegExp): Promise<void> {
    const ready = new Promise<undefined>((resolve) => {
      this.#lines.push((line) => {
        if (pattern.test(line)) resolve(undefined);
      });
    });
    const reason = await Promise.race([ready, this.ended, after(readyTimeoutMs)]);
    if (reason !== undefined)
      throw new CommandProblem(`The ${this.name} did not start (${reason}); it says why above.`);
  }

  #show(line: string): void {
    for (const listener of this.#lines) listener(line);
    const text = readableLine(line);
    if (text !== undefined) console.log(`${this.name.padEnd(longestName)} │ ${text}`);
  }
}

async function after(ms: number): Promise<string> {
  await sleep(ms, undefined, { ref: false });
  return `not ready after ${ms / 1000} s`;
}
