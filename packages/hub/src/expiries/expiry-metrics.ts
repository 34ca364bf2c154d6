import { Gauge, type Registry } from 'prom-client';
import type { Db } from '../db/database.ts';
import { listExpiries } from './expiry-store.ts';

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

/** Asks the database only when somebody scrapes. */
export function registerExpiryMetrics(registry: Registry, db: Db, now: () => Date): void {
  new Gauge({
    name: 'lockkeeper_next_expiry_seconds',
    help: 'Time until something ends that only a person can prevent; +Inf where nothing does within a year',
    labelNames: ['kind'],
    registers: [registry],
    async collect() {
      const at = now();
      const ending = await listExpiries(db, at, new Date(at.getTime() + YEAR_MS));
      for (const kind of ['refresh_token', 'access_token', 'api_key', 'client_secret'] as const) {
        const soonest = ending.find((each) => each.kind === kind)?.endsAt.getTime();
        this.set(
          { kind },
          soonest === undefined ? Number.POSITIVE_INFINITY : (soonest - at.getTime()) / 1000,
        );
      }
    },
  });
}
