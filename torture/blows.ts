import type { Random } from './random.ts';

/** Something done to a process at some moment. */
export interface Blow {
  readonly afterMs: number;
  readonly target: 'instance' | 'database' | 'provider';
  /** `kill` is SIGKILL, `stop` SIGSTOP and later SIGCONT, `terminate` SIGTERM. The last two are for instances only. */
  readonly how: 'kill' | 'stop' | 'terminate';
  /**
   * - `any`: whatever is going on
   * - `rotated`: right after the provider has rotated a refresh token, before its answer
   * - `answered`: right after its answer, about when the instance stores it
   */
  readonly aim: 'any' | 'rotated' | 'answered';
  /** Before it is ready to be used; few, because what only starts loses nothing. */
  readonly isEarly: boolean;
  /** After the moment aimed at. */
  readonly lateMs: number;
  /** From 0 to 1: which of several, where the aim does not say. */
  readonly which: number;
  /** Of the database: with all of its processes at once, or the first one, whom the others follow. */
  readonly isWhole: boolean;
  readonly stopMs: number;
  /** Its leases end while it is stopped. */
  readonly isPastLease: boolean;
}

const MEAN_PAUSE_MS = 1100;
const LONGEST_PAUSE_MS = 4000;

/** Blows without end, in an order that the seed fixes. */
export function* blows(random: Random): Generator<Blow, never> {
  for (;;) {
    const target = random.pick({ instance: 50, provider: 28, database: 22 });
    const how = target === 'instance' ? random.pick({ kill: 76, stop: 12, terminate: 12 } as const) : 'kill';
    const aim = random.pick({ any: 50, rotated: 25, answered: 25 } as const);
    yield {
      afterMs: random.wait(MEAN_PAUSE_MS, LONGEST_PAUSE_MS),
      target,
      how,
      aim,
      isEarly: random.next() < 0.08,
      lateMs: aim === 'any' ? 0 : random.between(0, 25),
      which: random.next(),
      isWhole: random.next() < 0.5,
      stopMs: random.between(300, 2500),
      isPastLease: random.next() < 0.5,
    };
  }
}
