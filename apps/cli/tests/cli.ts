import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startNode, type TestProcess } from '@lockkeeper/testing';

const main = path.join(import.meta.dirname, '../src/main.ts');

/** A folder for one test's data, and a mark by which every process started for it can be found. */
export class CliPlace {
  readonly folder: string;
  readonly #mark = randomUUID();

  constructor() {
    this.folder = mkdtempSync(path.join(os.tmpdir(), 'lockkeeper-cli-'));
    chmodSync(this.folder, 0o755);
  }

  start(args: readonly string[], waitFor?: RegExp, env: Record<string, string> = {}): Promise<TestProcess> {
    return startNode(main, {
      args,
      cwd: this.folder,
      env: { LOCKKEEPER_TEST_MARK: this.#mark, LOCKKEEPER_PORT: '0', HOME: this.folder, ...env },
      ...(waitFor ? { waitFor } : {}),
      timeoutMs: 60_000,
    });
  }

  /** Runs a command to its end. */
  async run(
    args: readonly string[],
    env: Record<string, string> = {},
  ): Promise<{ code: number | null; output: string }> {
    const started = await this.start(args, undefined, env);
    const { code } = await started.exited;
    return { code, output: started.output.trim() };
  }

  /** Command lines of what still runs: ours by the mark in their environment, the database by its pid file. */
  running(): string[] {
    const ours = readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry) && this.#isMarked(entry))
      .map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '));
    const database = existsSync(path.join(this.folder, '.lockkeeper/database/cluster/postmaster.pid'));
    return database ? [...ours, 'postgres'] : ours;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #isMarked(pid: string): boolean {
    try {
      // A process that has ended and is not yet collected has no environment any more.
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(this.#mark);
    } catch {
      return false;
    }
  }
}
