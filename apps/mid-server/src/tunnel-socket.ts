import { once } from 'node:events';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { connect, type Socket } from 'node:net';
import type { OpenTunnel } from '@lockkeeper/contract/mid';
import type { MidServerConfig } from './config.ts';
import { CONNECT_TIMEOUT_MS, trusted } from './outbound.ts';
import { isOwnHost, lookupOthers, OwnAddress } from './own-address.ts';

/** A connection to the far end of a tunnel, with `code` on the error where there is none. */
export type TunnelConnect = (target: OpenTunnel, gone: AbortSignal) => Promise<Socket>;

class ConnectFailure extends Error {
  override readonly name = 'ConnectFailure';
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

export function createTunnelConnect(
  config: Pick<MidServerConfig, 'proxyUrl' | 'extraCa' | 'plainHttpOrigins'>,
): TunnelConnect {
  return async (target, gone) => {
    const { origin } = new URL(`https://${authorityOf(target)}`);
    const isExempt = config.plainHttpOrigins.includes(origin);
    if (!isExempt && isOwnHost(target.host)) {
      throw new OwnAddress(`${target.host} is the MID Server's own machine or link`);
    }
    const inTime = AbortSignal.timeout(CONNECT_TIMEOUT_MS);
    const signal = AbortSignal.any([gone, inTime]);
    try {
      // A proxy resolves the name itself, with its own view of the network.
      return config.proxyUrl === undefined
        ? await connectDirectly(target, isExempt, signal)
        : await connectThroughProxy(target, new URL(config.proxyUrl), config.extraCa, signal);
    } catch (error) {
      throw inTime.aborted ? new ConnectFailure('ETIMEDOUT') : error;
    }
  };
}

/** `host:port` as in a URL and in an allow-list. */
export function authorityOf({ host, port }: OpenTunnel): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

async function connectDirectly(
  { host, port }: OpenTunnel,
  isExempt: boolean,
  signal: AbortSignal,
): Promise<Socket> {
  const lookup = isExempt ? {} : { lookup: lookupOthers };
  const socket = connect({ host, port, noDelay: true, allowHalfOpen: true, ...lookup });
  try {
    await once(socket, 'connect', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** @see RFC 9110 §9.3.6 */
function connectThroughProxy(
  target: OpenTunnel,
  proxy: URL,
  extraCa: string | undefined,
  signal: AbortSignal,
): Promise<Socket> {
  const authority = authorityOf(target);
  const send = proxy.protocol === 'https:' ? tlsRequest : plainRequest;
  return new Promise((resolve, reject) => {
    const request = send(proxy, {
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...proxyAuthorization(proxy) },
      agent: false,
      ...trusted(extraCa),
    });
    const abort = () => request.destroy(new ConnectFailure('ECONNABORTED'));
    signal.addEventListener('abort', abort, { once: true });
    request.on('error', reject);
    request.once('connect', ({ statusCode = 0 }, socket, head) => {
      signal.removeEventListener('abort', abort);
      if (statusCode < 200 || statusCode > 299) {
        socket.destroy();
        reject(new ConnectFailure(`the proxy answered ${statusCode}`));
        return;
      }
      if (head.byteLength > 0) socket.unshift(head);
      resolve(socket);
    });
    request.end();
  });
}

function proxyAuthorization({ username, password }: URL): Record<string, string> {
  if (username === '') return {};
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` };
}
