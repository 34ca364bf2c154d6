import { setTimeout as sleep } from 'node:timers/promises';
import { RefreshAttempts, type RefreshAttemptsParts, type RefreshCause } from './refresh-attempts.ts';
import type { RefreshElsewhere } from './refresh-elsewhere.ts';
import type { TakeOverGuard } from './take-over-guard.ts';
import type { StoredToken } from './token.ts';
import { noToken, unavailable } from './token-problem.ts';

const SECOND = 1000;
const TOKEN_ENDPOINT_TIMEOUT_MS = 15 * SECOND;
/** The lease outlives the time-out of the request, so that nobody else sends while an answer can still come. */
const LEASE_MS = TOKEN_ENDPOINT_TIMEOUT_MS + 15 * SECOND;
/** How long an instance that was told to end still waits for what another one is at. */
const DRAIN_MS = 20 * SECOND;
const LONGEST_WAIT_MS = LEASE_MS + 5 * SECOND;
const FIRST_POLL_MS = 25;
const LONGEST_POLL_MS = 500;

export interface TokenRefresherParts extends RefreshAttemptsParts {
  elsewhere: RefreshElsewhere;
  guard: TakeOverGuard;
  tokenEndpointTimeoutMs?: number | undefined;
}

export interface RefreshWish extends RefreshCause {
  /** The token to be replaced. */
  token: StoredToken;
  /** Whoever only wants it refreshed by somebody does not wait for the one who is at it. */
  leavesToOthers?: boolean;
}

/**
 * Renews tokens, with a refresh token or by asking anew, one request at a time for each credential: within the process
 * by sharing the promise, between processes by a fenced lease in the database.
 */
export class TokenRefresher {
  readonly #parts: TokenRefresherParts;
  readonly #attempts: RefreshAttempts;
  readonly #underWay = new Map<string, { promise: Promise<StoredToken>; leavesToOthers: boolean }>();
  readonly #unsettled = new Set<Promise<StoredToken>>();
  readonly #timeoutMs: number;
  #drainUntilMs = Number.POSITIVE_INFINITY;

  constructor(parts: TokenRefresherParts) {
    this.#parts = parts;
    this.#timeoutMs = parts.tokenEndpointTimeoutMs ?? TOKEN_ENDPOINT_TIMEOUT_MS;
    this.#attempts = new RefreshAttempts(parts, this.#timeoutMs);
  }

  /**
   * The token after a refresh, by whomever it was done.
   *
   * @throws HubError `token.unavailable`, `token.needs_authorization`, `token.revoked`, `token.not_refreshable`
   */
  refresh(wish: RefreshWish): Promise<StoredToken> {
    const { id } = wish.credential;
    const existing = this.#underWay.get(id);
    // Whoever needs the token does not share the attempt of one who would leave it to another instance.
    if (existing && (wish.leavesToOthers === true || !existing.leavesToOthers)) return existing.promise;
    const promise = this.#refresh(wish).finally(() => {
      if (this.#underWay.get(id) === started) this.#underWay.delete(id);
      this.#unsettled.delete(promise);
    });
    const started = { promise, leavesToOthers: wish.leavesToOthers === true };
    this.#underWay.set(id, started);
    this.#unsettled.add(promise);
    return promise;
  }

  breakers(): ReadonlyMap<string, boolean> {
    return this.#attempts.breakers();
  }

  /** Nobody begins to refresh, or tries to write, so late that the end of the process would cut it off. */
  drain(): void {
    this.#drainUntilMs = performance.now() + DRAIN_MS;
    this.#attempts.hurry();
  }

  /** Resolves when nothing is on its way any more: an answer that is not waited for is lost. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#unsettled);
  }

  async #refresh(wish: RefreshWish): Promise<StoredToken> {
    const { store, elsewhere, guard, now } = this.#parts;
    const waitUntilMs = performance.now() + LONGEST_WAIT_MS;
    const isTooLate = () => performance.now() > Math.min(waitUntilMs, this.#drainUntilMs);
    if (await elsewhere.isMeant(wish.credential)) {
      if (wish.leavesToOthers === true) throw unavailable(wish.token, now());
      return elsewhere.refresh(wish, isTooLate);
    }
    const leaseMs = this.#timeoutMs + LEASE_MS - TOKEN_ENDPOINT_TIMEOUT_MS;
    for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(pollMs * 2, LONGEST_POLL_MS)) {
      const { version } = wish.token;
      const { isUrgent } = wish;
      const mayTakeOver = guard.mayTakeOver();
      const lease = { version, leaseMs, now: now(), isUrgent, mayTakeOver };
      const attempt = await store.takeLease(wish.credential.id, lease).catch((error: unknown) => {
        guard.trouble();
        throw error;
      });
      switch (attempt.kind) {
        case 'renewed':
          return attempt.token;
        case 'not_refreshable':
          throw noToken(attempt.token);
        case 'backing_off':
          throw unavailable(attempt.token, now());
        case 'leased':
          return this.#attempts.run(wish, attempt.token, attempt.leaseId);
        case 'held':
          if (wish.leavesToOthers === true || isTooLate()) throw unavailable(wish.token, now());
          await sleep(pollMs);
      }
    }
  }
}
