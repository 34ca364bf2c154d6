import { discard } from './read-body.ts';
import { retryAt } from './retry-at.ts';
import type { ToolCall } from './tool-call.ts';
import { ToolError } from './tool-error.ts';

export interface CallBudgetState {
  /** Requests that left, refused ones included: the tool counts those too. */
  readonly calls: number;
  readonly throttledUntil: Date | undefined;
}

/**
 * Counts the calls to one tool and keeps its word to wait: after a 429, nothing leaves until the
 * moment the tool named. OAuth calls may carry no limit headers at all, so counting is our part.
 */
export class CallBudget {
  readonly #now: () => Date;
  #calls = 0;
  #throttledUntil: Date | undefined;

  constructor(options: { now: () => Date; throttledUntil?: Date | undefined }) {
    this.#now = options.now;
    this.#throttledUntil = options.throttledUntil;
  }

  get state(): CallBudgetState {
    return { calls: this.#calls, throttledUntil: this.#throttledUntil };
  }

  /** The same call, counted and held back. @throws ToolError `throttled` */
  around(call: ToolCall): ToolCall {
    return async (request, signal) => {
      this.#refuseWhileThrottled();
      this.#calls += 1;
      const response = await call(request, signal);
      if (response.status !== 429) return response;
      await discard(response);
      const until = retryAt(response.headers, this.#now());
      this.#throttledUntil = until;
      throw throttled(until);
    };
  }

  #refuseWhileThrottled(): void {
    const until = this.#throttledUntil;
    if (until === undefined) return;
    if (until > this.#now()) throw throttled(until);
    this.#throttledUntil = undefined;
  }
}

function throttled(until: Date): ToolError {
  return new ToolError(
    'throttled',
    `The rate limit has been exceeded. The next call may leave at ${until.toISOString()}.`,
    { status: 429, retryAt: until },
  );
}
