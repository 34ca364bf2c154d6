import { randomUUID } from 'node:crypto';
import type { ProviderLog } from './provider-log.ts';
import { isRevoked, LENIENT_CLIENT } from './provider-truth.ts';

export interface TokenAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export interface ProviderOptions {
  readonly log: ProviderLog;
  readonly accessTokenLifeMs: number;
}

/** An authorization server that keeps nothing but its log. */
export class Provider {
  readonly #options: ProviderOptions;

  constructor(options: ProviderOptions) {
    this.#options = options;
  }

  /** @returns the code */
  consent(client: string): string {
    const code = `torture-code-${randomUUID()}`;
    this.#append({ type: 'consented', grant: `grant-${randomUUID()}`, client, code });
    return code;
  }

  redeem(code: string, client: string): TokenAnswer {
    const grant = this.#options.log.truth.grantsByCode.get(code);
    if (grant?.client !== client || grant.redeemed) return refusal('invalid_grant');
    return this.#issue(randomUUID(), grant.id, null);
  }

  refresh(request: string, refreshToken: string, client: string): TokenAnswer {
    const { truth } = this.#options.log;
    const facts = truth.refreshTokens.get(refreshToken);
    if (facts?.grant.client !== client) return this.#refuse(request, client);
    if (truth.isGood(refreshToken, Date.now())) return this.#issue(request, facts.grant.id, refreshToken);
    if (!isRevoked(facts.grant, Date.now())) {
      this.#append({ type: 'revoked', grant: facts.grant.id, why: 'reuse' });
    }
    return this.#refuse(request, client);
  }

  /** RFC 7009 §2.1: with one of its tokens the whole grant ends. */
  revoke(token: string): void {
    const { truth } = this.#options.log;
    const grant = (truth.refreshTokens.get(token) ?? truth.accessTokens.get(token))?.grant;
    if (grant && !isRevoked(grant, Date.now()))
      this.#append({ type: 'revoked', grant: grant.id, why: 'asked' });
  }

  #issue(request: string, grant: string, from: string | null): TokenAnswer {
    const { accessTokenLifeMs } = this.#options;
    const accessToken = `torture-access-${randomUUID()}`;
    const refreshToken = `torture-refresh-${randomUUID()}`;
    const expiresAtMs = Date.now() + accessTokenLifeMs;
    this.#append({ type: 'issued', request, grant, from, accessToken, refreshToken, expiresAtMs });
    return {
      status: 200,
      body: {
        access_token: accessToken,
        refresh_token: refreshToken,
        token_type: 'bearer',
        expires_in: accessTokenLifeMs / 1000,
      },
    };
  }

  #refuse(request: string, client: string): TokenAnswer {
    // As Bitbucket does it, of which the lenient client has the peculiarities.
    const error = client === LENIENT_CLIENT ? 'unauthorized_client' : 'invalid_grant';
    this.#append({ type: 'refused', request, error });
    return refusal(error);
  }

  #append(record: Unstamped): void {
    this.#options.log.append({ ...record, atMs: Date.now() });
  }
}

type RecordOf = Parameters<ProviderLog['append']>[0];
type Unstamped = RecordOf extends infer R ? (R extends unknown ? Omit<R, 'atMs'> : never) : never;

function refusal(error: string): TokenAnswer {
  return { status: 400, body: { error } };
}
