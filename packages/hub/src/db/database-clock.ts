import { type Kysely, sql } from 'kysely';

export interface DatabaseClockOptions {
  /** Asks the database for its time. */
  ask: () => Promise<Date>;
  /** The machine's clock is off by so much more (or less) than a moment ago that somebody should know. */
  onSkew?: (skewMs: number) => void;
  wallMs?: () => number;
  monotonicMs?: () => number;
}

const SECOND = 1000;
const SYNCHRONISE_EVERY_MS = 30 * SECOND;
/** How much two clocks of one machine may part in that time; ten times what is common. */
const DRIFT = 0.0005;
/** More than that between two looks: the machine's clock was set, or the machine slept. */
const DOUBT_MS = SECOND;
/** Less is nobody's business: leases and expiry do not go by this machine's clock. */
export const NOTABLE_SKEW_MS = 5 * SECOND;

/**
 * The time of the domain: the database's, carried on by the monotonic clock in between. The same on every instance, and
 * right wherever this machine's own clock stands or jumps to; exact to half a round trip.
 */
export class DatabaseClock {
  readonly #ask: () => Promise<Date>;
  readonly #onSkew: (skewMs: number) => void;
  readonly #wallMs: () => number;
  readonly #monotonicMs: () => number;
  /** Database's time minus monotonic time, and how wrong that may have been when it was found out. */
  #aheadMs = 0;
  #uncertaintyMs = Number.POSITIVE_INFINITY;
  #measuredAtMs = 0;
  #synchronisedAtMs = Number.NEGATIVE_INFINITY;
  #wallAheadMs = 0;
  #isSkewed = false;
  #synchronising: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: DatabaseClockOptions) {
    this.#ask = options.ask;
    this.#onSkew = options.onSkew ?? (() => {});
    this.#wallMs = options.wallMs ?? Date.now;
    this.#monotonicMs = options.monotonicMs ?? (() => performance.now());
  }

  /** Wrong until it was synchronised for the first time. To be passed where a clock is asked for. */
  readonly now = (): Date => new Date(this.#aheadMs + this.#monotonicMs());

  /** How far this machine's clock is ahead of the database's; negative where it is behind. */
  skewMs(): number {
    return this.#wallMs() - this.#monotonicMs() - this.#aheadMs;
  }

  /**
   * Whether the two clocks of this machine have parted. The monotonic one stands still while a machine sleeps, so that
   * only the database can tell what time it is.
   */
  isInDoubt(): boolean {
    return Math.abs(this.#wallMs() - this.#monotonicMs() - this.#wallAheadMs) > DOUBT_MS;
  }

  /** One question at a time, whoever wants to know. @throws when the database does not answer */
  synchronise(): Promise<void> {
    this.#synchronising ??= this.observe(this.#ask).finally(() => {
      this.#synchronising = undefined;
    });
    return this.#synchronising;
  }

  /** Takes the time from a question that is asked anyway. */
  async observe(ask: () => Promise<Date>): Promise<void> {
    const sentAtMs = this.#monotonicMs();
    const databaseMs = (await ask()).getTime();
    const receivedAtMs = this.#monotonicMs();
    // The database looked at its clock at some moment in between.
    const lowest = databaseMs - receivedAtMs;
    const highest = databaseMs - sentAtMs;
    const halfTripMs = (highest - lowest) / 2;
    const uncertaintyMs = this.#uncertaintyMs + (receivedAtMs - this.#measuredAtMs) * DRIFT;
    const isContradicted = this.#aheadMs + uncertaintyMs < lowest || this.#aheadMs - uncertaintyMs > highest;
    // An answer that took long says less than what is known already.
    if (isContradicted || halfTripMs <= uncertaintyMs) {
      this.#aheadMs = lowest + halfTripMs;
      this.#uncertaintyMs = halfTripMs;
      this.#measuredAtMs = receivedAtMs;
    }
    this.#synchronisedAtMs = receivedAtMs;
    this.#wallAheadMs = this.#wallMs() - receivedAtMs;
    this.#tellSkew();
  }

  start(): void {
    this.#timer = setInterval(() => {
      if (this.#monotonicMs() - this.#synchronisedAtMs < SYNCHRONISE_EVERY_MS && !this.isInDoubt()) return;
      // A database that is away is told of elsewhere; until it is back the time goes on from what is known.
      this.synchronise().catch(() => {});
    }, SYNCHRONISE_EVERY_MS / 6).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tellSkew(): void {
    const skewMs = this.skewMs();
    const isSkewed = Math.abs(skewMs) > NOTABLE_SKEW_MS;
    if (isSkewed !== this.#isSkewed) this.#onSkew(skewMs);
    this.#isSkewed = isSkewed;
  }
}

export async function databaseTime<T>(db: Kysely<T>): Promise<Date> {
  const { rows } = await sql<{ at: Date }>`select clock_timestamp() as at`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('The database did not tell its time');
  return row.at;
}

/** For a program that runs for moments only. */
export async function openDatabaseClock<T>(db: Kysely<T>): Promise<() => Date> {
  const clock = new DatabaseClock({ ask: () => databaseTime(db) });
  await clock.synchronise();
  return clock.now;
}
