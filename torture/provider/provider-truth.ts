import type { ProviderRecord } from './provider-record.ts';

export interface Grant {
  readonly id: string;
  readonly client: string;
  readonly code: string;
  redeemed: boolean;
  revoked: { readonly atMs: number; readonly why: 'reuse' | 'asked' } | undefined;
}

export interface RefreshTokenFacts {
  readonly grant: Grant;
  readonly issuedAtMs: number;
  /** The requests that it was exchanged in, and what each of them gave. */
  readonly uses: { readonly request: string; readonly atMs: number; readonly refreshToken: string }[];
}

export interface AccessTokenFacts {
  readonly grant: Grant;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
}

export interface TokenRequest {
  readonly id: string;
  readonly refreshToken: string;
  readonly pid: number | undefined;
  readonly receivedAtMs: number;
  issuedAtMs: number | undefined;
  refused: string | undefined;
  answeredAtMs: number | undefined;
  hungUpAtMs: number | undefined;
}

/** How long a client that allows it may use a rotated refresh token again, as Bitbucket does for some minutes. */
export const GRACE_MS = 10 * 60_000;
/** Rotates at every use, and ends the whole grant when a rotated refresh token comes again (RFC 9700 §4.14.2). */
export const STRICT_CLIENT = 'torture-strict';
/** Rotates as well, and still takes the former one for a while. */
export const LENIENT_CLIENT = 'torture-lenient';

/** Everything the provider ever did, folded from its records. */
export class ProviderTruth {
  readonly grants = new Map<string, Grant>();
  readonly grantsByCode = new Map<string, Grant>();
  readonly refreshTokens = new Map<string, RefreshTokenFacts>();
  readonly accessTokens = new Map<string, AccessTokenFacts>();
  readonly requests = new Map<string, TokenRequest>();

  apply(record: ProviderRecord): void {
    switch (record.type) {
      case 'consented': {
        const { grant: id, client, code } = record;
        const grant: Grant = { id, client, code, redeemed: false, revoked: undefined };
        this.grants.set(id, grant);
        this.grantsByCode.set(code, grant);
        break;
      }
      case 'received': {
        const { request: id, refreshToken, pid, atMs: receivedAtMs } = record;
        const open = {
          issuedAtMs: undefined,
          refused: undefined,
          answeredAtMs: undefined,
          hungUpAtMs: undefined,
        };
        this.requests.set(id, { id, refreshToken, pid: pid ?? undefined, receivedAtMs, ...open });
        break;
      }
      case 'issued':
        this.#issued(record);
        break;
      case 'refused':
        this.#change(record.request, (request) => (request.refused = record.error));
        break;
      case 'revoked': {
        const grant = this.grants.get(record.grant);
        if (grant) grant.revoked ??= { atMs: record.atMs, why: record.why };
        break;
      }
      case 'answered':
        this.#change(record.request, (request) => (request.answeredAtMs = record.atMs));
        break;
      case 'hung_up':
        this.#change(record.request, (request) => (request.hungUpAtMs = record.atMs));
    }
  }

  /** Whether this refresh token would (have) be(en) taken at that moment. */
  isGood(refreshToken: string, atMs: number): boolean {
    const facts = this.refreshTokens.get(refreshToken);
    if (facts === undefined || isRevoked(facts.grant, atMs)) return false;
    const first = facts.uses.find((use) => use.atMs <= atMs);
    if (first === undefined) return true;
    return facts.grant.client === LENIENT_CLIENT && atMs - first.atMs <= GRACE_MS;
  }

  #issued({ grant: id, from, request, refreshToken, accessToken, expiresAtMs, atMs }: Issued): void {
    const grant = this.grants.get(id);
    if (grant === undefined) throw new Error(`issued for an unknown grant ${id}`);
    if (from === null) grant.redeemed = true;
    else this.refreshTokens.get(from)?.uses.push({ request, atMs, refreshToken });
    this.refreshTokens.set(refreshToken, { grant, issuedAtMs: atMs, uses: [] });
    this.accessTokens.set(accessToken, { grant, issuedAtMs: atMs, expiresAtMs });
    this.#change(request, (known) => (known.issuedAtMs = atMs));
  }

  #change(id: string, change: (request: TokenRequest) => void): void {
    const request = this.requests.get(id);
    if (request) change(request);
  }
}

type Issued = Extract<ProviderRecord, { type: 'issued' }>;

export function isRevoked(grant: Grant, atMs: number): boolean {
  return grant.revoked !== undefined && grant.revoked.atMs <= atMs;
}
