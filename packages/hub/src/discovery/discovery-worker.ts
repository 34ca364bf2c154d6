import { randomUUID } from 'node:crypto';
import { ToolError } from '@lockkeeper/tool';
import type { FastifyBaseLogger } from 'fastify';
import type { Selectable } from 'kysely';
import type { AuditLog } from '../access/audit-log.ts';
import type { Db } from '../db/database.ts';
import type { DiscoveryRunRow } from '../db/tables/discovery.ts';
import type { EventBus } from '../events/event-bus.ts';
import { asToolError } from '../tools/as-tool-error.ts';
import type { OpenTool, ToolAccess } from '../tools/tool-access.ts';
import { noteDisconnected } from '../tools/tool-store.ts';
import {
  actorOfRow,
  backOffMs,
  maxFailures,
  problemOf,
  type RunProblem,
  settingsChanged,
} from './discovery-run.ts';
import { addCalls, claimRun, renewLease, settleRun } from './discovery-run-store.ts';
import { finishRun } from './finish-run.ts';
import { keepPage } from './keep-page.ts';
import type { RunAnnouncer } from './run-announcer.ts';

const SECOND = 1000;
/** Runs of different tools that one instance works on at a time. */
const maxRuns = 4;

export interface DiscoveryWorkerOptions {
  readonly db: Db;
  readonly access: ToolAccess;
  readonly audit: AuditLog;
  readonly events: EventBus;
  readonly announcer: RunAnnouncer;
  readonly logger: FastifyBaseLogger;
  readonly now: () => Date;
  readonly random: () => number;
  /** How long a run whose instance died stays untouched. */
  readonly leaseMs?: number;
  /** How often an idle instance looks for a run that another one left. */
  readonly pollMs?: number;
}

type Run = Selectable<DiscoveryRunRow>;

/** A run in hand: its fence, and how many of its calls are written down already. */
interface Hold {
  readonly run: Run;
  readonly token: string;
  readonly interrupt: AbortController;
  open: OpenTool | undefined;
  counted: number;
  keptAny: boolean;
}

const stopped = Symbol('the instance stops');

/**
 * Works on discovery runs. The database decides who: a run belongs to whoever holds its lease, so any instance goes
 * on with what another left, from the last page that was kept.
 */
export class DiscoveryWorker {
  readonly #options: DiscoveryWorkerOptions;
  readonly #leaseMs: number;
  readonly #pollMs: number;
  readonly #holds = new Map<string, Hold>();
  readonly #working = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #lookAgain = false;
  #running = false;

  constructor(options: DiscoveryWorkerOptions) {
    this.#options = options;
    this.#leaseMs = options.leaseMs ?? 10 * SECOND;
    this.#pollMs = options.pollMs ?? 5 * SECOND;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#timer = setInterval(() => this.wake(), this.#pollMs).unref();
    this.wake();
  }

  /** Runs in hand go back to the queue, for another instance or the next start. */
  async stop(): Promise<void> {
    this.#running = false;
    clearInterval(this.#timer);
    for (const hold of this.#holds.values()) hold.interrupt.abort(stopped);
    await this.#looking;
    await Promise.all(this.#working);
  }

  /** There may be something to do. */
  wake(): void {
    if (!this.#running) return;
    if (this.#looking !== undefined) {
      this.#lookAgain = true;
      return;
    }
    this.#looking = this.#look().finally(() => {
      this.#looking = undefined;
      if (this.#lookAgain) {
        this.#lookAgain = false;
        this.wake();
      }
    });
  }

  /** Somebody paused or cancelled it: the call under way is broken off. Other instances notice at their next write. */
  interrupt(runId: string): void {
    this.#holds.get(runId)?.interrupt.abort();
  }

  async #look(): Promise<void> {
    const { db, now, logger } = this.#options;
    try {
      while (this.#running && this.#holds.size < maxRuns) {
        const token = randomUUID();
        const run = await claimRun(db, { token, leaseMs: this.#leaseMs, now: now() });
        if (run === undefined) return;
        const work = this.#work(run, token);
        this.#working.add(work);
        void work.finally(() => {
          this.#working.delete(work);
          this.wake();
        });
      }
    } catch (error) {
      logger.error({ err: error }, 'looking for discoveries to work on failed');
    }
  }

  async #work(run: Run, token: string): Promise<void> {
    const { announcer, logger } = this.#options;
    const hold: Hold = {
      run,
      token,
      interrupt: new AbortController(),
      open: undefined,
      counted: 0,
      keptAny: false,
    };
    this.#holds.set(run.id, hold);
    const heartbeat = setInterval(() => void this.#renew(hold), this.#leaseMs / 3).unref();
    try {
      await announcer.now(run.id);
      await this.#read(hold);
    } catch (error) {
      // The database is away: the lease runs out, and whoever comes next goes on from the last page.
      logger.error({ err: error, runId: run.id }, 'a discovery could not be kept');
    } finally {
      clearInterval(heartbeat);
      this.#holds.delete(run.id);
    }
    await announcer.now(run.id);
  }

  async #read(hold: Hold): Promise<void> {
    const { run, token, interrupt } = hold;
    const { access, db, announcer, now } = this.#options;
    try {
      // A crash in the middle of a page counts too, so that no page can end instances again and again.
      if (run.failures > maxFailures) throw new ToolError('malformed', 'The discovery made no progress.');
      const open = await access.open(run.tool_id, actorOfRow(run.started_by));
      hold.open = open;
      const context = open.contextFor(interrupt.signal);
      for await (const page of open.definition.discover(context, run.checkpoint ?? undefined)) {
        const calls = uncounted(hold);
        const kept = await keepPage(
          db,
          { runId: run.id, toolId: run.tool_id, leaseToken: token, calls, now: now() },
          page,
        );
        if (!kept) return;
        hold.counted += calls;
        hold.keptAny = true;
        interrupt.signal.throwIfAborted();
        announcer.soon(run.id);
        if (!(await access.isUnchanged(open.tool))) {
          await settleRun(
            db,
            { runId: run.id, token },
            { state: 'paused', calls: 0, problem: settingsChanged },
          );
          return;
        }
      }
      const calls = uncounted(hold);
      await finishRun(this.#options, { runId: run.id, leaseToken: token, tool: open.tool, calls });
    } catch (error) {
      await this.#settle(hold, error);
    }
  }

  async #settle(hold: Hold, error: unknown): Promise<void> {
    const { run, token, interrupt } = hold;
    const { db, access, logger, now, random } = this.#options;
    const lease = { runId: run.id, token };
    const calls = uncounted(hold);
    if (interrupt.signal.aborted) {
      const stopping = interrupt.signal.reason === stopped;
      if (stopping) await settleRun(db, lease, { state: 'queued', calls, forgetFailures: true });
      else await addCalls(db, run.id, calls);
      return;
    }

    const failure = asToolError(error);
    if (failure === undefined) logger.error({ err: error, runId: run.id }, 'a discovery failed');
    if (failure?.kind === 'throttled' && failure.retryAt !== undefined) {
      const { retryAt } = failure;
      const problem = problemOf(failure);
      await access.noteThrottled(run.tool_id, retryAt);
      await settleRun(db, lease, {
        state: 'throttled',
        calls,
        problem,
        resumeAt: retryAt,
        forgetFailures: true,
      });
      await this.#announceTool(hold);
      this.#wakeAt(retryAt);
      return;
    }

    const problem = failure === undefined ? ourFault : problemOf(failure);
    const failures = hold.keptAny ? 1 : run.failures;
    if ((failure?.transient ?? true) && failures < maxFailures) {
      const resumeAt = new Date(now().getTime() + backOffMs(failures, random));
      await settleRun(db, lease, { state: 'queued', calls, problem, resumeAt });
      this.#wakeAt(resumeAt);
      return;
    }
    await settleRun(db, lease, { state: 'failed', calls, problem, finishedAt: now() });
    if (failure?.kind === 'unauthorized') {
      await noteDisconnected(db, run.tool_id);
      await this.#announceTool(hold);
    }
  }

  async #announceTool({ open }: Hold): Promise<void> {
    if (open === undefined) return;
    const { events, db } = this.#options;
    await events.publish({ type: 'tool.updated', toolId: open.tool.id }, db);
  }

  async #renew(hold: Hold): Promise<void> {
    const { db, logger } = this.#options;
    try {
      const lease = { runId: hold.run.id, token: hold.token, leaseMs: this.#leaseMs };
      if (!(await renewLease(db, lease))) hold.interrupt.abort();
    } catch (error) {
      logger.warn({ err: error, runId: hold.run.id }, 'the lease of a discovery could not be renewed');
    }
  }

  #wakeAt(moment: Date): void {
    const delayMs = Math.max(moment.getTime() - this.#options.now().getTime(), 0);
    // Timers hold at most 24.8 days; looking every few seconds does the rest.
    setTimeout(() => this.wake(), Math.min(delayMs, 2 ** 31 - 1)).unref();
  }
}

const ourFault: RunProblem = {
  code: 'internal',
  detail: 'Something went wrong on the server. The log of the instance says what.',
  remedy: [],
};

function uncounted({ open, counted }: Hold): number {
  return (open?.budget.state.calls ?? 0) - counted;
}
