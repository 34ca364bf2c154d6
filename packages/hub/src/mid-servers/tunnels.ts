import { performance } from 'node:perf_hooks';
import type { AppliesTo } from '@lockkeeper/contract';
import { type MidStream, StreamFailure } from '@lockkeeper/contract/mid';
import { TransportFailure } from '@lockkeeper/oauth';
import type { CallActivity } from './call-activity.ts';
import { chooseSession } from './choose-session.ts';
import type { MidSession } from './mid-session.ts';
import type { MidSessions } from './mid-sessions.ts';

export interface TunnelWish {
  readonly credential: { readonly name: string; readonly appliesTo: AppliesTo };
  readonly host: string;
  readonly port: number;
  /** Whoever asked has given up: the connection at the far end is closed. */
  readonly signal: AbortSignal;
}

export interface OpenTunnel {
  readonly stream: MidStream;
  readonly midServerName: string;
  /** Counts it among what the MID Server did. */
  ended(error: string | null): void;
}

export interface TunnelsOptions {
  readonly sessions: Pick<MidSessions, 'local'>;
  readonly activityOf: (midServerId: string) => CallActivity;
  readonly now: () => Date;
}

/** Established, in the words of CONNECT. */
const ESTABLISHED = 200;

/** Connections to authorization servers, through whichever MID Server may and can make them. */
export class Tunnels {
  readonly #options: TunnelsOptions;

  constructor(options: TunnelsOptions) {
    this.#options = options;
  }

  /**
   * A connection that stands. Nothing has been sent yet, so every MID Server that applies is tried.
   * @throws TransportFailure that says why the first of them could not
   */
  async open(wish: TunnelWish): Promise<OpenTunnel> {
    const tried = new Set<MidSession>();
    let first: TransportFailure | undefined;
    for (;;) {
      const session = chooseSession(
        this.#options.sessions.local(),
        { job: 'tunnel', midServerId: 'any', appliesTo: wish.credential.appliesTo },
        tried,
      );
      if (session === undefined) throw first ?? this.#noneAvailable(wish);
      tried.add(session);
      try {
        return await this.#attempt(session, wish);
      } catch (error) {
        if (!(error instanceof StreamFailure)) throw error;
        const failure = tunnelFailure(error, session.server.name, wish, false);
        if (wish.signal.aborted) throw failure;
        first ??= failure;
      }
    }
  }

  async #attempt(session: MidSession, { credential, host, port, signal }: TunnelWish): Promise<OpenTunnel> {
    const { activityOf, now } = this.#options;
    const startedMs = performance.now();
    const stream = session.mux.open({ job: 'tunnel', host, port }, false);
    const activity = activityOf(session.server.id);
    activity.begin();
    const ended = (status: number | null, error: string | null) => {
      const tookMs = Math.round((performance.now() - startedMs) * 10) / 10;
      const path = `${host}:${port}`;
      const credentialName = credential.name;
      activity.end({ at: now(), method: 'CONNECT', path, credentialName, status, error, tookMs }, now());
    };
    const abort = () => stream.cancel('no connection in time');
    signal.addEventListener('abort', abort, { once: true });
    try {
      if (signal.aborted) abort();
      await stream.head;
    } catch (error) {
      ended(null, error instanceof StreamFailure ? error.code : 'failed');
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
    return { stream, midServerName: session.server.name, ended: (error) => ended(ESTABLISHED, error) };
  }

  #noneAvailable({ credential }: TunnelWish): TransportFailure {
    const sessions = this.#options.sessions.local();
    const tooOld = sessions.filter(
      (session) =>
        !session.jobs.has('tunnel') &&
        chooseSession(
          [session],
          { job: 'rest', midServerId: 'any', appliesTo: credential.appliesTo },
          new Set(),
        ),
    );
    const why =
      tooOld.length > 0
        ? `${tooOld.map(({ server }) => server.name).join(', ')} must be updated first.`
        : `None to which ${credential.name} applies is Up and Validated.`;
    return new TransportFailure(
      'mid_server_unavailable',
      `No MID Server can connect to the auth server. ${why} Nothing was sent.`,
      false,
    );
  }
}

/** What people are told of a tunnel that could not be had, or that ended before its time. */
export function tunnelFailure(
  failure: StreamFailure,
  midServerName: string,
  { host, port }: Pick<TunnelWish, 'host' | 'port'>,
  wasSent: boolean,
): TransportFailure {
  const by = `The MID Server ${midServerName}`;
  const where = `${host}:${port}`;
  const told = (code: TransportFailure['code'], message: string) =>
    new TransportFailure(code, message, wasSent, failure);
  switch (failure.code) {
    case 'not_allowed':
    case 'target_refused':
      return told('mid_server_refused', `${by} refused to connect to ${where}: ${failure.message}.`);
    case 'lost':
      return told('mid_server_lost', `${by} was lost while it connected to ${where}.`);
    case 'draining':
    case 'not_ready':
    case 'grant_unknown':
    case 'internal':
      return told('mid_server_unavailable', `${by} could not connect to ${where}: ${failure.message}.`);
    case 'cancelled':
      return told('mid_server_unreachable', `${by} did not connect to ${where} in time.`);
    case 'upstream_unreachable':
    case 'upstream_timeout':
    case 'upstream_broken':
      return told('mid_server_unreachable', `${by} could not reach ${where}: ${failure.message}.`);
  }
}
