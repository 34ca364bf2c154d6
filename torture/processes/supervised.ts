import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, type StartOptions, startNode, type TestProcess } from '@lockkeeper/testing';

export interface Life {
  readonly pid: number;
  readonly startedAtMs: number;
  readyAtMs: number | undefined;
  /** When it was told to end, and how; absent while nobody did. */
  told: { readonly signal: NodeJS.Signals; readonly atMs: number; readonly wasReady: boolean } | undefined;
  /** From SIGSTOP to SIGCONT. */
  readonly stops: { readonly fromMs: number; toMs: number | undefined }[];
  endedAtMs: number | undefined;
  code: number | null | undefined;
}

export interface SupervisedOptions {
  readonly name: string;
  readonly file: string;
  readonly start: StartOptions & { readonly waitFor: RegExp };
  /** Told of each process before it can do anything that matters. */
  readonly onSpawn?: (pid: number) => void;
}

/** One program that is started again whenever it ends, as an operator's supervisor does it. */
export class Supervised {
  readonly name: string;
  readonly lives: Life[] = [];
  /** What the lives said that ended without having been told to. */
  readonly unexpected: string[] = [];
  readonly #options: SupervisedOptions;
  #process: TestProcess | undefined;
  #isClosing = false;
  #running: Promise<void> = Promise.resolve();

  constructor(options: SupervisedOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get life(): Life | undefined {
    const last = this.lives.at(-1);
    return last?.endedAtMs === undefined ? last : undefined;
  }

  get isReady(): boolean {
    return this.life?.readyAtMs !== undefined && this.life.told === undefined;
  }

  /** What the one that runs says. */
  said(pattern: RegExp): Promise<RegExpExecArray> {
    return eventually(async () => {
      if (this.#process === undefined) throw new Error(`${this.name} was not started`);
      return this.#process.waitFor(pattern, 120_000);
    });
  }

  start(): void {
    this.#isClosing = false;
    this.#running = this.#keepRunning();
  }

  /** @returns whether there was somebody to tell */
  signal(signal: NodeJS.Signals): boolean {
    const { life } = this;
    if (life === undefined || this.#process === undefined) return false;
    if (signal === 'SIGKILL' || signal === 'SIGTERM')
      life.told ??= { signal, atMs: Date.now(), wasReady: life.readyAtMs !== undefined };
    if (signal === 'SIGSTOP') life.stops.push({ fromMs: Date.now(), toMs: undefined });
    const stop = life.stops.at(-1);
    if (signal === 'SIGCONT' && stop !== undefined) stop.toMs = Date.now();
    return this.#process.child.kill(signal);
  }

  /** Ends it for good. @returns the status it ended with */
  async close(signal: NodeJS.Signals): Promise<number | null> {
    this.#isClosing = true;
    this.signal('SIGCONT');
    this.signal(signal);
    await this.#running;
    return this.lives.at(-1)?.code ?? null;
  }

  async #keepRunning(): Promise<void> {
    while (!this.#isClosing) {
      await this.#liveOnce();
      // Not in step with what it may be waiting for.
      await sleep(100);
    }
  }

  async #liveOnce(): Promise<void> {
    const { file, start, onSpawn } = this.#options;
    const { waitFor, ...options } = start;
    const process = await startNode(file, options);
    const life: Life = {
      pid: process.pid,
      startedAtMs: Date.now(),
      readyAtMs: undefined,
      told: undefined,
      stops: [],
      endedAtMs: undefined,
      code: undefined,
    };
    this.#process = process;
    this.lives.push(life);
    onSpawn?.(process.pid);
    void process.waitFor(waitFor, 120_000).then(
      () => (life.readyAtMs = Date.now()),
      () => {},
    );
    const { code, signal } = await process.exited;
    life.endedAtMs = Date.now();
    life.code = code;
    // One that cannot start, because the database is away, says so and is started again.
    const isBad =
      life.told === undefined
        ? life.readyAtMs !== undefined
        : life.told.signal === 'SIGTERM' && life.told.wasReady && code !== 0;
    if (isBad)
      this.unexpected.push(`${this.name} ended with ${code ?? signal}: ${process.output.slice(-2000)}`);
  }
}
