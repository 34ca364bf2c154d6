import { performance } from 'node:perf_hooks';
import { type MidStream, type Open, StreamFailure, targetOf } from '@lockkeeper/contract/mid';
import type { Kysely } from 'kysely';
import type { AuditLog } from '../access/audit-log.ts';
import type { Database } from '../db/database.ts';
import { HubError } from '../http/hub-error.ts';
import type { AccessToken } from '../tokens/access-token.ts';
import type { CallCredential, CallCredentials } from '../tokens/call-credentials.ts';
import { CallActivity } from './call-activity.ts';
import { callErrorOf } from './call-error.ts';
import { chooseSession } from './choose-session.ts';
import { appliesToMidServer } from './mid-server.ts';
import type { MidSession } from './mid-session.ts';
import type { MidSessions } from './mid-sessions.ts';
import type { RestAnswer, RestCall } from './rest-call.ts';

export interface MidServerCallsOptions {
  readonly sessions: MidSessions;
  readonly credentials: Omit<CallCredentials, 'activeCredentials'>;
  readonly audit: AuditLog;
  readonly db: Kysely<Database>;
  readonly now: () => Date;
}

const TIMEOUT_MS = 30_000;
/** The agent gives up first, and says why. */
const TIMEOUT_MARGIN_MS = 2000;
const safeMethods: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/** Calls to tools, through whichever MID Server may and can make them. */
export class MidServerCalls {
  readonly #options: MidServerCallsOptions;
  readonly #activity = new Map<string, CallActivity>();

  constructor(options: MidServerCallsOptions) {
    this.#options = options;
  }

  activityOf(midServerId: string): CallActivity {
    const known = this.#activity.get(midServerId);
    if (known !== undefined) return known;
    const fresh = new CallActivity();
    this.#activity.set(midServerId, fresh);
    return fresh;
  }

  /** @throws HubError `mid_server.…`; what the tool answered, an error included, is an answer and not thrown */
  async rest(call: RestCall): Promise<RestAnswer> {
    call.signal.throwIfAborted();
    const target = targetOf(call.origin, call.path, call.query ?? '');
    if ('refused' in target) throw new HubError('mid_server.refused', { detail: `${target.refused}.` });
    const credential = await this.#credentialFor(call);
    const tried = new Set<MidSession>();
    const isRepeatable = call.body === undefined || call.body instanceof Uint8Array;
    const mayRepeat = call.idempotent === true || safeMethods.includes(call.method);
    let session = await this.#choose(call, credential, tried);
    for (;;) {
      tried.add(session);
      try {
        return await this.#attempt(call, credential, session, isRepeatable);
      } catch (error) {
        if (!(error instanceof StreamFailure)) throw error;
        call.signal.throwIfAborted();
        // The agent's clock may run ahead and have ended the token early: the next call seals it anew.
        if (error.code === 'grant_unknown') session.grants.revoke(credential.id);
        const isElsewhereWorthIt = ['lost', 'draining', 'not_ready', 'grant_unknown'].includes(error.code);
        const next =
          isRepeatable && isElsewhereWorthIt && (mayRepeat || !error.started)
            ? this.#findSession(call, credential, tried)
            : undefined;
        if (next === undefined) throw callErrorOf(error, mayRepeat);
        session = next;
      }
    }
  }

  /** Once more with a newer token when the tool does not take this one. */
  async #attempt(
    call: RestCall,
    credential: CallCredential,
    session: MidSession,
    isRepeatable: boolean,
  ): Promise<RestAnswer> {
    const { credentials } = this.#options;
    const token = await credentials.accessTokenFor(credential.id, call.actor);
    const answer = await this.#send(call, credential, session, token);
    if (answer.status !== 401) return answer;
    const isRenewed = await credentials.reportUnauthorized(credential.id, token.version);
    if (!isRenewed || !isRepeatable) return answer;
    await leave(answer.body);
    return this.#send(call, credential, session, await credentials.accessTokenFor(credential.id, call.actor));
  }

  async #send(
    call: RestCall,
    credential: CallCredential,
    session: MidSession,
    token: AccessToken,
  ): Promise<RestAnswer> {
    const startedMs = performance.now();
    const timeoutMs = call.timeoutMs ?? TIMEOUT_MS;
    const { origin, method, path, query = '', body, signal } = call;
    const length = body instanceof Uint8Array ? { 'content-length': String(body.byteLength) } : {};
    const headers = { ...call.headers, ...length };
    const { grantId, isNew } = await session.grants.give(credential.id, origin, token);
    const midServer = { id: session.server.id, name: session.server.name };
    if (isNew) {
      const agent = { kind: 'mid_server', ...midServer } as const;
      this.#options.credentials.noteUse({ credential, actor: agent, kind: 'granted' });
    }
    signal.throwIfAborted();
    this.#options.credentials.noteUse({ credential, actor: call.actor, kind: 'called', midServer });
    const open: Open = { job: 'rest', grantId, origin, method, path, query, headers, timeoutMs };
    const stream = session.mux.open(open, body === undefined);
    const end = this.#watch(call, credential, session, startedMs);
    const abort = () => {
      stream.cancel('the caller is gone');
      end(null, stream.failure);
    };
    signal.addEventListener('abort', abort, { once: true });
    const timer = setTimeout(
      () =>
        stream.fail({ code: 'upstream_timeout', message: `No answer within ${timeoutMs} ms`, started: true }),
      timeoutMs + TIMEOUT_MARGIN_MS,
    );
    if (body !== undefined) this.#upload(stream, body);
    try {
      const head = await stream.head;
      return {
        status: head.status,
        headers: head.headers,
        body: this.#bodyOf(call, stream, head.status, end, abort),
        route: routeOf(session, performance.now() - startedMs, head.upstreamMs),
      };
    } catch (error) {
      signal.removeEventListener('abort', abort);
      end(null, error);
      signal.throwIfAborted();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Counts the call, and returns what to do when it has ended: once, whoever ends it. */
  #watch(call: RestCall, credential: CallCredential, session: MidSession, startedMs: number) {
    const { now } = this.#options;
    const activity = this.activityOf(session.server.id);
    const { method, path } = call;
    let hasEnded = false;
    activity.begin();
    return (status: number | null, error: unknown) => {
      if (hasEnded) return;
      hasEnded = true;
      const tookMs = Math.round((performance.now() - startedMs) * 10) / 10;
      const why = error === undefined ? null : error instanceof StreamFailure ? error.code : 'failed';
      activity.end(
        { at: now(), method, path, credentialName: credential.name, status, error: why, tookMs },
        now(),
      );
    };
  }

  async *#bodyOf(
    call: RestCall,
    stream: MidStream,
    status: number,
    end: (status: number | null, error: unknown) => void,
    abort: () => void,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* stream.body();
      end(status, undefined);
    } catch (error) {
      end(status, error);
      call.signal.throwIfAborted();
      throw error instanceof StreamFailure ? callErrorOf(error, true) : error;
    } finally {
      end(status, undefined);
      call.signal.removeEventListener('abort', abort);
      // The answer is there: nobody reads the rest of the request.
      if (!stream.isSent) stream.cancel('answered');
    }
  }

  /** Sends the request's body as fast as the agent takes it. A body that fails cancels the call. */
  #upload(stream: MidStream, body: Uint8Array | AsyncIterable<Uint8Array>): void {
    if (body instanceof Uint8Array) {
      stream.write(body);
      stream.end();
      return;
    }
    const upload = async () => {
      for await (const chunk of body) {
        if (!stream.write(chunk)) await stream.writable();
        if (stream.failure !== undefined) return;
      }
      stream.end();
    };
    upload().catch(() => stream.cancel('the body of the request broke off'));
  }

  /** Whether the credential exists is not told to whom it does not apply (AG-08). */
  async #credentialFor(call: RestCall): Promise<CallCredential> {
    const credential = await this.#options.credentials.findCredential(call.credentialId);
    const { midServerId } = call;
    const applies =
      credential !== undefined &&
      (midServerId === 'any' || appliesToMidServer(credential.appliesTo, midServerId));
    if (applies) return credential;
    await this.#recordRefusal(
      call,
      credential?.name ?? null,
      `the credential is not there for the MID Server ${midServerId}`,
    );
    throw new HubError('mid_server.credential_not_applicable', {
      detail: 'There is no active credential with this id that applies to the MID Server of the tool.',
    });
  }

  #recordRefusal({ credentialId, toolId, midServerId }: RestCall, name: string | null, why: string) {
    return this.#options.audit.record(
      {
        actor: { kind: 'system', id: null, name: 'MID Server calls' },
        action: 'credential.refused',
        outcome: 'failure',
        subject: { type: 'credential', id: credentialId, name },
        summary: `refused a call of ${toolId}: ${why}`,
        after: { toolId, midServerId },
      },
      this.#options.db,
    );
  }

  async #choose(
    call: RestCall,
    credential: CallCredential,
    tried: ReadonlySet<MidSession>,
  ): Promise<MidSession> {
    const session = this.#findSession(call, credential, tried);
    if (session !== undefined) return session;
    // Others could make the call, and may not: that is a refusal, not an outage (AG-08).
    const isForOthers = this.#findSession(call, { ...credential, appliesTo: { kind: 'all' } }, tried);
    if (isForOthers !== undefined) {
      const why = 'no MID Server to which the credential applies is up, and those that are may not use it';
      await this.#recordRefusal(call, credential.name, why);
    }
    const named = call.midServerId === 'any' ? undefined : this.#options.sessions.find(call.midServerId);
    throw new HubError('mid_server.none_available', {
      detail:
        call.midServerId === 'any'
          ? 'No MID Server to which this credential applies is up, validated and not paused.'
          : named === undefined
            ? 'The MID Server of this tool is down.'
            : `The MID Server ${named.server.name} is ${named.server.validatedAt === null ? 'not validated' : 'paused or stopping'}.`,
      remedy: [
        'Look at MID Servers > Servers: one must be Up and Validated.',
        'Start one with: lockkeeper mid-server run',
      ],
    });
  }

  #findSession(
    { midServerId }: RestCall,
    { appliesTo }: CallCredential,
    tried: ReadonlySet<MidSession>,
  ): MidSession | undefined {
    const wish = { job: 'rest', midServerId, appliesTo } as const;
    return chooseSession(this.#options.sessions.local(), wish, tried);
  }
}

function routeOf(
  { server: { id, name } }: MidSession,
  tookMs: number,
  midServerToToolMs: number,
): RestAnswer['route'] {
  const instanceToMidServerMs = Math.max(0, tookMs - midServerToToolMs);
  return { midServer: { id, name }, instanceToMidServerMs, midServerToToolMs };
}

/** Ends an answer that nobody reads. */
async function leave(body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _chunk of body) break;
}
