const SECOND = 1000;
/** Failures in a row, of whichever credentials, until the provider is left alone. */
const OPENS_AFTER = 3;
const FIRST_PAUSE_MS = 5 * SECOND;
const LONGEST_PAUSE_MS = 60 * SECOND;

interface Circuit {
  failures: number;
  openUntilMs: number;
  isProbing: boolean;
}

/**
 * Leaves a provider alone that answers nothing, or asks for it: each request that is not sent keeps its refresh token
 * good, while one whose answer is lost may cost a consent. After the pause one request finds out.
 */
export class ProviderBreaker {
  readonly #now: () => Date;
  readonly #circuits = new Map<string, Circuit>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** @returns until when nothing may be sent to this origin, or undefined: it may, and its outcome must be told */
  pausedUntil(origin: string): Date | undefined {
    const circuit = this.#circuits.get(origin);
    if (circuit === undefined || circuit.failures < OPENS_AFTER) return undefined;
    const nowMs = this.#now().getTime();
    if (nowMs < circuit.openUntilMs) return new Date(circuit.openUntilMs);
    if (circuit.isProbing) return new Date(nowMs + SECOND);
    circuit.isProbing = true;
    return undefined;
  }

  /** Whether the provider as a whole is in trouble, not one token of it. */
  isOpen(origin: string): boolean {
    return (this.#circuits.get(origin)?.failures ?? 0) >= OPENS_AFTER;
  }

  /** Origins that did not answer lately, and whether they are left alone. */
  states(): ReadonlyMap<string, boolean> {
    return new Map([...this.#circuits.keys()].map((origin) => [origin, this.isOpen(origin)]));
  }

  /** Nothing was sent after all. */
  undecided(origin: string): void {
    const circuit = this.#circuits.get(origin);
    if (circuit !== undefined) circuit.isProbing = false;
  }

  /** Any answer, a refusal too: somebody is there. */
  answered(origin: string): void {
    this.#circuits.delete(origin);
  }

  /** No answer, 5xx, or 429 with its own wish for a pause. */
  failed(origin: string, retryAfterMs = 0): void {
    const failures = (this.#circuits.get(origin)?.failures ?? 0) + 1;
    const doublings = Math.min(Math.max(failures - OPENS_AFTER, 0), 10);
    const pauseMs = Math.max(Math.min(FIRST_PAUSE_MS * 2 ** doublings, LONGEST_PAUSE_MS), retryAfterMs);
    this.#circuits.set(origin, {
      // A provider that says how long to wait is not asked three times.
      failures: retryAfterMs > 0 ? Math.max(failures, OPENS_AFTER) : failures,
      openUntilMs: this.#now().getTime() + pauseMs,
      isProbing: false,
    });
  }
}
