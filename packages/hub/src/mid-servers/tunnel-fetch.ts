import { once } from 'node:events';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { type Fetch, TransportFailure } from '@lockkeeper/oauth';
import { Client, fetch } from 'undici';
import type { OriginPolicy } from '../outbound/origin-policy.ts';
import { asPlatformResponse } from '../outbound/outbound-fetch.ts';
import type { TransportCredential, TransportRegistry } from '../tokens/token-transport.ts';
import { TunnelSocket } from './tunnel-socket.ts';
import { type OpenTunnel, type Tunnels, tunnelFailure } from './tunnels.ts';

export interface TunnelFetchOptions {
  readonly tunnels: Pick<Tunnels, 'open'>;
  readonly policy: OriginPolicy;
  /** Certificates that are trusted; the usual ones if absent. */
  readonly ca?: readonly string[] | undefined;
}

/** How far one request has come: what its failure means depends on it. */
interface Progress {
  tunnel: OpenTunnel | undefined;
  /** TLS stands and the request is being written: from here on it may have arrived. */
  isSending: boolean;
}

/**
 * `fetch` that speaks TLS with an authorization server through a MID Server, which sees none of it. Each request has a
 * connection of its own: one that was kept may have been closed meanwhile, and nobody would know what became of the
 * request. A token request is rare enough.
 */
export function createTunnelFetch(options: TunnelFetchOptions) {
  return (credential: TransportCredential, registry: TransportRegistry): Fetch =>
    async (url, init) => {
      const target = new URL(url);
      refuseOthers(target, registry, options.policy);
      const host = hostOf(target);
      const port = Number(target.port || 443);
      const progress: Progress = { tunnel: undefined, isSending: false };
      const wish = { credential, host, port, signal: init.signal };
      const client = new Client(target.origin, {
        pipelining: 0,
        connect: (_options, callback) => {
          const connecting = async () => {
            progress.tunnel = await options.tunnels.open(wish);
            return startTls(progress.tunnel, host, options.ca, init.signal);
          };
          connecting().then(
            (socket) => {
              progress.isSending = true;
              callback(null, socket);
            },
            (error: Error) => callback(error, null),
          );
        },
      });
      try {
        const response = await fetch(url, { ...init, redirect: 'manual', dispatcher: client });
        // Ends when the answer has been read.
        client.close().catch(() => undefined);
        return asPlatformResponse(response);
      } catch (error) {
        client.destroy().catch(() => undefined);
        throw failureOf(error, progress, wish);
      }
    };
}

/** The instance decides where tunnels lead: to the token host of the registry, over TLS, and nowhere else. */
function refuseOthers(target: URL, registry: TransportRegistry, policy: OriginPolicy): void {
  const own = [registry.tokenUrl, registry.tokenRevocationUrl].flatMap((url) =>
    url === null ? [] : [new URL(url).origin],
  );
  const refusal = !own.includes(target.origin)
    ? `is no host of the Application Registry ${registry.name}`
    : target.protocol !== 'https:'
      ? 'must start with https:// to be reached through a MID Server, which would see the client secret otherwise'
      : policy.refusal(target.href);
  if (refusal === undefined) return;
  throw new TransportFailure('mid_server_refused', `${target.origin} ${refusal}. Nothing was sent.`, false);
}

async function startTls(
  { stream, ended }: OpenTunnel,
  host: string,
  ca: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const raw = new TunnelSocket(stream);
  const socket = connect({
    socket: raw,
    host,
    // RFC 6066 §3: an address is no server name.
    ...(isIP(host) === 0 ? { servername: host } : {}),
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
    ...(ca === undefined ? {} : { ca: [...ca] }),
  });
  socket.once('close', () => {
    raw.destroy();
    const { failure } = stream;
    ended(failure === undefined || failure.code === 'cancelled' ? null : failure.code);
  });
  try {
    await once(socket, 'secureConnect', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function failureOf(
  error: unknown,
  progress: Progress,
  wish: { host: string; port: number; signal: AbortSignal },
) {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (cause instanceof TransportFailure) return cause;
  const { tunnel, isSending } = progress;
  // Whoever asked knows that it was given up; only that nothing was sent is news.
  if (tunnel === undefined || (isSending && wish.signal.aborted)) return error;
  const { failure } = tunnel.stream;
  if (failure !== undefined && failure.code !== 'cancelled') {
    return tunnelFailure(failure, tunnel.midServerName, wish, isSending);
  }
  const where = `${wish.host}:${wish.port}, reached through the MID Server ${tunnel.midServerName},`;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no reason given';
  const what = wish.signal.aborted
    ? 'did not answer in time'
    : isSending
      ? `broke the connection off (${code})`
      : `cannot be trusted: TLS failed (${code})`;
  return new TransportFailure('mid_server_unreachable', `${where} ${what}.`, isSending, cause);
}

function hostOf({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}
