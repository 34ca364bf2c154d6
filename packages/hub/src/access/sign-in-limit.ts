import ipaddr from 'ipaddr.js';
import { HubError } from '../http/hub-error.ts';

const MINUTE_MS = 60_000;
const WINDOW_MS = 15 * MINUTE_MS;
const PER_PERSON_AND_ADDRESS = 5;
const PER_ADDRESS = 100;
const MOST_KEYS = 10_000;

/**
 * Slows guessing down. Attempts count for a person at an address, and for the address; never for the person alone,
 * because then anybody could lock anybody out. Each instance counts for itself.
 */
export class SignInLimit {
  readonly #attempts = new Map<string, number[]>();
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /**
   * Counts an attempt before its password is looked at, so that many at once count too.
   * @throws HubError `request.too_many`
   */
  begin(email: string, address: string): void {
    const nowMs = this.#now().getTime();
    const limits = [
      [pairKey(email, address), PER_PERSON_AND_ADDRESS],
      [addressKey(address), PER_ADDRESS],
    ] as const;
    for (const [key, most] of limits) {
      const recent = this.#recent(key, nowMs);
      const oldest = recent.at(-most);
      if (oldest !== undefined) throw tooMany(oldest + WINDOW_MS - nowMs);
    }
    for (const [key] of limits) this.#count(key, nowMs);
  }

  /** A person who knows the password starts afresh. */
  succeeded(email: string, address: string): void {
    this.#attempts.delete(pairKey(email, address));
  }

  #recent(key: string, nowMs: number): number[] {
    return (this.#attempts.get(key) ?? []).filter((atMs) => atMs > nowMs - WINDOW_MS);
  }

  #count(key: string, nowMs: number): void {
    const recent = [...this.#recent(key, nowMs), nowMs];
    // Deleted first, so that the map stays in order of last use and its oldest key can go.
    this.#attempts.delete(key);
    this.#attempts.set(key, recent);
    const oldest = this.#attempts.keys().next().value;
    if (this.#attempts.size > MOST_KEYS && oldest !== undefined) this.#attempts.delete(oldest);
  }
}

function pairKey(email: string, address: string): string {
  return `${addressKey(address)} ${email.toLowerCase()}`;
}

/** Of IPv6 the network: whoever has one address there has 2^64 of them. */
function addressKey(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? `${parsed.parts.slice(0, 4).join(':')}::/64` : parsed.toString();
}

function tooMany(waitMs: number): HubError {
  const minutes = Math.ceil(waitMs / MINUTE_MS);
  return new HubError('request.too_many', {
    detail: `Too many attempts to sign in from this address. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
    headers: { 'retry-after': String(Math.ceil(waitMs / 1000)) },
  });
}
