const SECOND = 1000;
/** A holder that has its answer tries several times a second to store it. */
const GRACE_MS = 3 * SECOND;
/** Only the listening connection is lost, then: somebody has to go on. */
const LONGEST_DOUBT_MS = 5 * 60 * SECOND;

/**
 * Whether a lease that ended after sending may be taken over: its holder may have the answer, and may not have been able
 * to store it, because the database was away. To ask again then would be the reuse that ends a grant. So whoever has
 * lost the database lets a moment pass when it is back.
 */
export class TakeOverGuard {
  #troubleMs = Number.NEGATIVE_INFINITY;
  #lostMs: number | undefined;

  /** The database is away. */
  lost(): void {
    this.#lostMs ??= performance.now();
  }

  /** It is there again. */
  restored(): void {
    this.#lostMs = undefined;
    this.trouble();
  }

  /** It did not answer. */
  trouble(): void {
    this.#troubleMs = performance.now();
  }

  mayTakeOver(): boolean {
    const nowMs = performance.now();
    if (this.#lostMs !== undefined) return nowMs - this.#lostMs > LONGEST_DOUBT_MS;
    return nowMs - this.#troubleMs > GRACE_MS;
  }
}
