import { promises as dns, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Fetch } from '@lockkeeper/oauth';
import { Agent, buildConnector, fetch, type Response as UndiciResponse } from 'undici';
import type { OriginPolicy } from './origin-policy.ts';
import { ipLiteral, isPublicAddress } from './public-address.ts';

/** The address may not be reached; found at connect time, so that a name cannot change its mind after the check. */
export class AddressBlocked extends Error {
  override readonly name = 'AddressBlocked';
  readonly code = 'ERR_ADDRESS_BLOCKED';
}

export interface OutboundFetch {
  readonly fetch: Fetch;
  close(): Promise<void>;
}

export interface OutboundFetchOptions {
  readonly policy: OriginPolicy;
  readonly connectTimeoutMs?: number;
  /** Certificates that are trusted; the usual ones if absent. */
  readonly ca?: readonly string[] | undefined;
  /** How names become addresses; replaced in tests. */
  readonly resolve?: (hostname: string) => Promise<LookupAddress[]>;
}

/**
 * `fetch` for everything the instance itself calls. It connects only to public addresses over https, or to exempt
 * origins, and goes through no proxy of the environment: a proxy would resolve the name again, out of our sight.
 */
export function createOutboundFetch(options: OutboundFetchOptions): OutboundFetch {
  const { policy, connectTimeoutMs = 5_000, resolve = resolveName } = options;
  const trusted = options.ca === undefined ? {} : { ca: [...options.ca] };
  const exempt = buildConnector({ timeout: connectTimeoutMs, minVersion: 'TLSv1.2', ...trusted });
  const checked = buildConnector({
    timeout: connectTimeoutMs,
    minVersion: 'TLSv1.2',
    ...trusted,
    lookup: publicOnly(resolve),
  });
  const agent = new Agent({
    connect(target, callback) {
      const origin = new URL(`${target.protocol}//${target.host ?? target.hostname}`).origin;
      if (policy.isExempt(origin)) return exempt(target, callback);
      const refusal = policy.refusal(origin) ?? literalRefusal(target.hostname);
      if (refusal !== undefined) return callback(new AddressBlocked(`${origin} ${refusal}`), null);
      return checked(target, callback);
    },
  });
  return {
    fetch: async (url, init) => {
      const refusal = policy.refusal(url);
      if (refusal !== undefined) {
        throw new TypeError('fetch failed', {
          cause: new AddressBlocked(`${new URL(url).origin} ${refusal}`),
        });
      }
      return asPlatformResponse(await fetch(url, { ...init, redirect: 'manual', dispatcher: agent }));
    },
    close: () => agent.destroy(),
  };
}

/** The platform's own class: the rest of the program knows no other. */
export function asPlatformResponse({ status, headers, body }: UndiciResponse): Response {
  return new Response(body, { status, headers: [...headers] });
}

/** Sockets skip the lookup for a literal address, so it is judged here. */
function literalRefusal(hostname: string): string | undefined {
  const literal = ipLiteral(hostname);
  return literal === undefined || isPublicAddress(literal)
    ? undefined
    : 'is no address of the public internet';
}

function resolveName(hostname: string): Promise<LookupAddress[]> {
  return dns.lookup(hostname, { all: true });
}

/** Answers with the public addresses of a name; with none, the connection is refused. */
function publicOnly(resolve: (hostname: string) => Promise<LookupAddress[]>): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (found) => {
        const allowed = found.filter(({ address }) => isPublicAddress(address));
        const [first] = allowed;
        if (!first)
          return callback(new AddressBlocked(`${hostname} has no address of the public internet`), []);
        return options.all ? callback(null, allowed) : callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };
}
