/** Time that moves only when the test says so. */
export class TestClock {
  #nowMs: number;

  constructor(start: Date | string = '2030-01-01T00:00:00Z') {
    this.#nowMs = new Date(start).getTime();
  }

  /** To be passed where a clock is asked for: `{ now: clock.now }`. */
  readonly now = (): Date => new Date(this.#nowMs);

  readonly nowMs = (): number => this.#nowMs;

  advance(ms: number): void {
    this.#nowMs += ms;
  }
}
