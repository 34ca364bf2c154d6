import { setTimeout as sleep } from 'node:timers/promises';
import { type AgentState, LIMITS } from '@lockkeeper/contract/mid';
import { AgentSession, type AgentSessionOptions } from './agent-session.ts';
import { backOffMs } from './back-off.ts';
import type { AgentLogger } from './logger.ts';

export interface SessionsOptions extends Omit<AgentSessionOptions, 'sessionsAt' | 'onInstances' | 'onState'> {
  readonly name: string;
  readonly logger: AgentLogger;
}

/** After a refusal an admin has to act first. */
const REFUSED_FAILURES = 16;

const stateLines: Record<AgentState, string> = {
  ready: 'is connected and takes calls',
  held: 'is connected and waits: an admin has to compare its fingerprint and press Validate',
  paused: 'is connected and paused by an admin',
};

/**
 * This agent's sessions: one always, and where there are several instances one at each. They have one address, that of
 * a load balancer: whoever is reached by chance says who it is, and a second session at the same one is not opened.
 */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #stopping = new AbortController();
  readonly #sessions = new Set<AgentSession>();
  readonly #keeping = new Set<Promise<void>>();
  #wanted = 1;
  #lastLine = '';

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#keep(true);
  }

  /** Resolves when nothing is left: calls under way may take until the deadline. */
  async stop(deadlineMs: number): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#sessions].map((session) => session.drain(deadlineMs)));
    await Promise.all(this.#keeping);
  }

  #noteInstances(count: number): void {
    this.#wanted = Math.min(count, LIMITS.MAX_SESSIONS);
    while (this.#keeping.size < this.#wanted && !this.#stopping.signal.aborted) this.#keep(false);
  }

  #keep(isFirst: boolean): void {
    const keeping: Promise<void> = this.#stayConnected(isFirst).finally(() => this.#keeping.delete(keeping));
    this.#keeping.add(keeping);
  }

  async #stayConnected(isFirst: boolean): Promise<void> {
    const { signal } = this.#stopping;
    let failures = 0;
    let lastReason = '';
    while (!signal.aborted && (isFirst || this.#isOneMissing())) {
      const end = await this.#connectOnce();
      if (signal.aborted) return;
      if (end.wasUp) failures = 0;
      const waitMs = backOffMs(end.refused ? REFUSED_FAILURES : failures, Math.random());
      failures += 1;
      // The same trouble is told once, not every half minute for a night.
      if (!end.isNeedless && (end.reason !== lastReason || end.wasUp)) {
        this.#options.logger.warn(`${end.reason}. Trying again in ${Math.ceil(waitMs / 1000)} s, and on`);
        this.#lastLine = '';
      }
      lastReason = end.reason;
      await sleep(waitMs, undefined, { signal }).catch(() => {});
    }
  }

  async #connectOnce() {
    const session = new AgentSession({
      ...this.#options,
      sessionsAt: () => this.#instances(),
      onInstances: (count) => this.#noteInstances(count),
      onState: (state) => this.#tell(state),
    });
    this.#sessions.add(session);
    const end = await session.ended;
    this.#sessions.delete(session);
    return end;
  }

  #isOneMissing(): boolean {
    return this.#instances().length < this.#wanted;
  }

  #instances(): string[] {
    return [...this.#sessions].flatMap(({ instance }) => instance ?? []);
  }

  /** Each session is told of a change; one line is enough. */
  #tell(state: AgentState): void {
    const { name, logger } = this.#options;
    const line = `${name} ${stateLines[state]}`;
    if (line !== this.#lastLine) logger.info(line);
    this.#lastLine = line;
  }
}
