import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startNode, type TestProcess } from '@lockkeeper/testing';
import { freePort } from './free-port.ts';

const root = path.resolve(import.meta.dirname, '../..');
const main = path.join(root, 'apps/cli/src/main.ts');

/** The product as its own commands start it: a sandbox and an instance, each a process, on an empty data folder. */
export class Product implements AsyncDisposable {
  readonly origin: string;
  readonly sandboxOrigin: string;
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #processes: TestProcess[];

  constructor(
    origin: string,
    sandboxOrigin: string,
    folder: string,
    env: NodeJS.ProcessEnv,
    processes: TestProcess[],
  ) {
    this.origin = origin;
    this.sandboxOrigin = sandboxOrigin;
    this.#folder = folder;
    this.#env = env;
    this.#processes = processes;
  }

  /** Runs a command to its end. @throws with its output unless it ends with status 0 */
  async run(...args: string[]): Promise<string> {
    await using command = await startNode(main, { args, env: this.#env, cwd: this.#folder });
    const { code } = await command.exited;
    if (code !== 0)
      throw new Error(`lockkeeper ${args.slice(0, 2).join(' ')} ended with ${code}:\n${command.output}`);
    return command.output;
  }

  /** Starts a command that goes on until the test is over. */
  async start(waitFor: RegExp, ...args: string[]): Promise<TestProcess> {
    const started = await startNode(main, { args, env: this.#env, cwd: this.#folder, waitFor });
    this.#processes.push(started);
    return started;
  }

  /** The one-time link for the first administrator. */
  async setupLink(): Promise<string> {
    const [link] = /http\S+#\S+/.exec(await this.run('admin', 'setup-link')) ?? [];
    if (!link) throw new Error('`lockkeeper admin setup-link` printed no link');
    return link;
  }

  /** Everything that all processes have written so far: secrets must not be in it. */
  get output(): string {
    return this.#processes.map((running) => running.output).join('\n');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const running of this.#processes.toReversed()) {
      running.child.kill('SIGTERM');
      await running.exited;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** @param repositories how many the sandbox has over all workspaces */
export async function startProduct(repositories = 60): Promise<Product> {
  if (!existsSync(path.join(root, 'apps/web/dist/index.html'))) {
    throw new Error(
      'The web pages are not built. `npm test` builds them; so does `npm run build -w apps/web`.',
    );
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lockkeeper-e2e-'));
  // As root the database runs as another user, who must get at its own folder in here.
  chmodSync(folder, 0o755);
  const port = await freePort();
  const processes: TestProcess[] = [];
  try {
    const sandbox = await startNode(main, {
      args: ['sandbox', '--port', '0', '--repositories', String(repositories)],
      waitFor: /sandbox is ready at (\S+)/,
    });
    processes.push(sandbox);
    const [, sandboxOrigin = ''] = /sandbox is ready at (\S+)/.exec(sandbox.output) ?? [];
    const env = {
      HOME: folder,
      LOCKKEEPER_INSTANCE_NAME: 'harbourline',
      LOCKKEEPER_PORT: String(port),
      LOCKKEEPER_DATA: path.join(folder, 'data'),
      LOCKKEEPER_MID_DATA: path.join(folder, 'mid-server'),
      LOCKKEEPER_ALLOW_ORIGINS: sandboxOrigin,
      // Whatever is logged at all must be free of secrets (OA-20).
      LOCKKEEPER_LOG_LEVEL: 'debug',
    };
    const waitFor = /instance is ready/;
    processes.push(await startNode(main, { args: ['start'], env, cwd: folder, waitFor, timeoutMs: 60_000 }));
    return new Product(`http://localhost:${port}`, sandboxOrigin, folder, env, processes);
  } catch (error) {
    for (const running of processes) await running[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
