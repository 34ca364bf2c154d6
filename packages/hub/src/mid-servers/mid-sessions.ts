import { agentFingerprint, LIMITS } from '@lockkeeper/contract/mid';
import type { FastifyBaseLogger } from 'fastify';
import type { Kysely } from 'kysely';
import type { AuditLog } from '../access/audit-log.ts';
import type { Database } from '../db/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Outbox } from '../events/outbox.ts';
import { countInstances } from '../keys/key-presence.ts';
import type { CallCredentials } from '../tokens/call-credentials.ts';
import type { MidServerReach } from '../tokens/token-transport.ts';
import { appliesToMidServer, type MidServer, type SessionFacts } from './mid-server.ts';
import {
  findMidServer,
  lockMidServer,
  noteAgent,
  noteLastHeartbeat,
  replaceKeys,
} from './mid-server-store.ts';
import type { MidSession } from './mid-session.ts';
import {
  addSession,
  endSession,
  hasSession,
  noteHeartbeats,
  readyElsewhere,
  removeDeadSessions,
  type StoredSession,
  sessionsElsewhere,
} from './mid-session-store.ts';

export interface MidSessionsOptions {
  readonly db: Kysely<Database>;
  readonly audit: AuditLog;
  readonly events: EventBus;
  readonly outbox: Outbox;
  readonly logger: FastifyBaseLogger;
  readonly credentials: Pick<CallCredentials, 'findCredential'>;
  /** The name of this instance: its own among all on this database. */
  readonly instance: string;
  readonly now: () => Date;
  /** A session here takes calls from now on. */
  readonly onReady: (midServerId: string) => void;
}

/** Heartbeats reach the database this often: one statement for all sessions of this instance. */
const STORE_EVERY_MS = 30_000;
const STORED_LOST_AFTER_MS = 90_000;

/** The sessions that this instance holds, and what is known of those that others hold. */
export class MidSessions {
  readonly #options: MidSessionsOptions;
  readonly #sessions = new Map<string, MidSession>();
  readonly #unsubscribe: (() => void)[] = [];
  readonly #writes = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #instances = 1;

  constructor(options: MidSessionsOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { db, events, instance } = this.#options;
    await removeDeadSessions(db, instance, this.#lostBefore());
    this.#unsubscribe.push(
      events.subscribe((event) => {
        if (event.type === 'mid-server.updated') this.#background(this.refresh(event.midServerId));
        if (event.type === 'instance.started') this.#background(this.#countInstances());
        if (event.type === 'credential.changed') this.#background(this.#reconsider(event.credentialId));
        const isGone =
          event.type === 'credential.token' && !['available', 'refreshing'].includes(event.state);
        if (event.type === 'credential.token' && isGone) this.revokeCredential(event.credentialId);
      }),
      events.onGap(() => {
        for (const id of this.#sessions.keys()) this.#background(this.refresh(id));
      }),
    );
    this.#timer = setInterval(() => {
      this.#background(this.#storeHeartbeats());
      this.#background(this.#countInstances());
    }, STORE_EVERY_MS).unref();
  }

  /** Closes every session; the agents go to another instance or come back. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    for (const session of this.#sessions.values()) session.close(1012, 'the instance restarts');
    await Promise.all(this.#writes);
  }

  /** How many there are on this database, as far as is known. */
  get instances(): number {
    return this.#instances;
  }

  /** Sessions held here, for whoever makes calls. */
  local(): MidSession[] {
    return [...this.#sessions.values()];
  }

  find(midServerId: string): MidSession | undefined {
    return this.#sessions.get(midServerId);
  }

  /** MID Servers that are ready to connect to authorization servers, by who holds their session. */
  async reach(): Promise<MidServerReach> {
    const { db, instance } = this.#options;
    const ready = this.local().filter(({ isReady, jobs }) => isReady && jobs.has('tunnel'));
    const elsewhere = await readyElsewhere(db, instance, this.#lostBefore());
    return { here: ready.map(({ server }) => server.id), elsewhere };
  }

  /** Every live session by MID Server, here and elsewhere. */
  async all(): Promise<(midServerId: string) => SessionFacts[]> {
    const { db, instance } = this.#options;
    const elsewhere = await sessionsElsewhere(db, instance, this.#lostBefore());
    return (midServerId) => {
      const here = this.#sessions.get(midServerId);
      return [...(here === undefined ? [] : [here.facts]), ...(elsewhere.get(midServerId) ?? [])];
    };
  }

  /** The agent has proved itself. A session it already had here is replaced: it knows best which one is alive. */
  async add(session: MidSession, agentVersion: string, host: string): Promise<void> {
    const { db, now, audit, events, outbox } = this.#options;
    const { server } = session;
    this.#sessions.get(server.id)?.close(LIMITS.CLOSE_CODE.replaced, 'the MID Server has connected again');
    this.#sessions.set(server.id, session);
    await db.transaction().execute(async (trx) => {
      await noteAgent(trx, server.id, agentVersion, host, now());
      const isFirst = !(await hasSession(trx, server.id, this.#lostBefore()));
      await addSession(trx, this.#stored(session));
      await events.publish({ type: 'mid-server.updated', midServerId: server.id }, trx);
      if (isFirst) await outbox.publish({ type: 'mid_server.up', data: { midServer: server } }, trx);
      await audit.record(entryOf(server, 'mid-server.connected', 'connected'), trx);
    });
    // It went away meanwhile, and its end was recorded before its beginning.
    if (session.mux.isClosed) await endSession(db, session.id);
  }

  noteUp(session: MidSession): void {
    if (session.isReady) this.#options.onReady(session.server.id);
  }

  /** @throws Error when the keys were changed by somebody else meanwhile */
  async rekey(session: MidSession, signingKey: string, sealingKey: string): Promise<void> {
    const { db, audit, events } = this.#options;
    const { server } = session;
    const fingerprint = await agentFingerprint(signingKey, sealingKey);
    await db.transaction().execute(async (trx) => {
      const isReplaced = await replaceKeys(trx, server, { signingKey, sealingKey, fingerprint });
      if (!isReplaced) throw new Error('The keys of this MID Server have changed meanwhile');
      await events.publish({ type: 'mid-server.updated', midServerId: server.id }, trx);
      const change = { before: { fingerprint: server.fingerprint }, after: { fingerprint } };
      await audit.record({ ...entryOf(server, 'mid-server.rekeyed', 'made new keys'), ...change }, trx);
    });
  }

  remove(session: MidSession, reason: string): void {
    const { server } = session;
    if (this.#sessions.get(server.id) === session) this.#sessions.delete(server.id);
    this.#background(this.#recordEnd(session, reason));
  }

  /** Applies what the database says now: also called when another instance changed it. */
  async refresh(midServerId: string): Promise<void> {
    const session = this.#sessions.get(midServerId);
    if (session === undefined) return;
    const server = await findMidServer(this.#options.db, midServerId);
    if (server === undefined)
      session.close(LIMITS.CLOSE_CODE.removed, 'an admin has removed this MID Server');
    else {
      const wasReady = session.isReady;
      session.update(server);
      if (session.isReady && !wasReady) this.#options.onReady(midServerId);
    }
  }

  /** Agents drop the tokens of this credential. */
  revokeCredential(credentialId: string): void {
    for (const session of this.#sessions.values()) session.grants.revoke(credentialId);
  }

  /** Agents to which the credential applies no more drop its tokens. */
  async #reconsider(credentialId: string): Promise<void> {
    const credential = await this.#options.credentials.findCredential(credentialId);
    for (const session of this.#sessions.values()) {
      const applies = credential !== undefined && appliesToMidServer(credential.appliesTo, session.server.id);
      if (!applies) session.grants.revoke(credentialId);
    }
  }

  async #recordEnd(session: MidSession, reason: string): Promise<void> {
    const { db, audit, events, outbox } = this.#options;
    const { server } = session;
    await db.transaction().execute(async (trx) => {
      // Two that end at once: one after the other, so that the last one knows that it is.
      await lockMidServer(trx, server.id);
      await endSession(trx, session.id);
      const isLast = !(await hasSession(trx, server.id, this.#lostBefore()));
      await noteLastHeartbeat(trx, server.id, session.facts.heartbeatAt);
      await events.publish({ type: 'mid-server.updated', midServerId: server.id }, trx);
      if (isLast) await outbox.publish({ type: 'mid_server.down', data: { midServer: server, reason } }, trx);
      await audit.record(entryOf(server, 'mid-server.disconnected', `disconnected: ${reason}`), trx);
    });
  }

  async #storeHeartbeats(): Promise<void> {
    await noteHeartbeats(
      this.#options.db,
      this.local().map((session) => this.#stored(session)),
    );
  }

  async #countInstances(): Promise<void> {
    const before = this.#instances;
    this.#instances = Math.max(1, await countInstances(this.#options.db));
    if (this.#instances > before) for (const session of this.local()) session.tellInstances();
  }

  #stored(session: MidSession): StoredSession {
    return { id: session.id, midServerId: session.server.id, ...session.facts };
  }

  #lostBefore(): Date {
    return new Date(this.#options.now().getTime() - STORED_LOST_AFTER_MS);
  }

  /** Work that nobody waits for, until the end. */
  #background(work: Promise<void>): void {
    const watched: Promise<void> = work
      .catch((error: unknown) =>
        this.#options.logger.error({ err: error }, 'a MID Server session was not recorded'),
      )
      .finally(() => this.#writes.delete(watched));
    this.#writes.add(watched);
  }
}

function entryOf(server: MidServer, action: string, summary: string) {
  return {
    actor: { kind: 'mid_server' as const, id: server.id, name: server.name },
    action,
    subject: { type: 'mid-server', id: server.id, name: server.name },
    summary,
  };
}
