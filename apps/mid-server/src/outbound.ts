import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { getCACertificates } from 'node:tls';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import type { MidServerConfig } from './config.ts';

/** How this agent reaches the world: the same proxy and the same certificates for the instance and the tools. */
export interface Outbound {
  readonly dispatcher: Dispatcher;
  readonly webSocketAgent: HttpAgent;
  close(): Promise<void>;
}

export const CONNECT_TIMEOUT_MS = 10_000;
/** For each origin; more calls than that wait their turn. */
const MAX_CONNECTIONS = 128;

export function openOutbound(
  config: Pick<MidServerConfig, 'proxyUrl' | 'extraCa'>,
  target: 'wss:' | 'ws:',
): Outbound {
  const { proxyUrl, extraCa } = config;
  const tls = trusted(extraCa);
  const connect = { ...tls, timeout: CONNECT_TIMEOUT_MS };
  const dispatcher =
    proxyUrl === undefined
      ? new Agent({ connect, connections: MAX_CONNECTIONS, allowH2: false })
      : new ProxyAgent({ uri: proxyUrl, requestTls: connect, connections: MAX_CONNECTIONS, allowH2: false });
  const proxyEnv = proxyUrl === undefined ? {} : { HTTP_PROXY: proxyUrl, HTTPS_PROXY: proxyUrl };
  const webSocketAgent =
    target === 'wss:' ? new HttpsAgent({ ...tls, proxyEnv }) : new HttpAgent({ proxyEnv });
  return {
    dispatcher,
    webSocketAgent,
    async close() {
      webSocketAgent.destroy();
      await dispatcher.destroy();
    },
  };
}

/** Naming `ca` replaces the usual certificates, so they are named too. */
export function trusted(extraCa: string | undefined): { ca?: string[] } {
  return extraCa === undefined ? {} : { ca: [...getCACertificates('default'), extraCa] };
}

/** `https` anywhere; `http` only where it does not leave this machine or the operator named the origin. */
export function mayCallOrigin(origin: string, plainHttpOrigins: readonly string[]): boolean {
  const { protocol, hostname } = new URL(origin);
  if (protocol === 'https:') return true;
  return isLoopback(hostname) || plainHttpOrigins.includes(origin);
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
