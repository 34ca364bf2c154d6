import { sql } from 'kysely';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Db } from '../db/database.ts';

export type RefreshOutcome = 'refreshed' | 'failed' | 'uncertain' | 'needs_authorization';

export interface TokenMetricsSources {
  db: Db;
  now: () => Date;
  /** Providers that did not answer lately, by origin, and whether they are left alone. */
  breakers: () => ReadonlyMap<string, boolean>;
  /** Since when uses wait to be written, in ms; 0 where none do. */
  journalLagMs: () => number;
}

/**
 * How tokens are doing. Counted in memory; the database is asked only when somebody scrapes. A provider is named by the
 * origin of its token endpoint.
 */
export class TokenMetrics {
  readonly #refreshes = new Counter({
    name: 'lockkeeper_token_refreshes_total',
    help: 'Requests to token endpoints for new tokens, by what became of the token',
    labelNames: ['provider', 'outcome'],
    registers: [],
  });
  readonly #durations = new Histogram({
    name: 'lockkeeper_token_refresh_duration_seconds',
    help: 'Time from the first byte sent to a token endpoint to the last one read',
    labelNames: ['provider'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
    registers: [],
  });
  // A number each and not a counter with labels: this is the hot path.
  #fromMemory = 0;
  #fromDatabase = 0;

  noteHandOut(source: 'memory' | 'database'): void {
    if (source === 'memory') this.#fromMemory++;
    else this.#fromDatabase++;
  }

  noteRefresh(provider: string, outcome: RefreshOutcome, tookMs: number): void {
    this.#refreshes.inc({ provider, outcome });
    this.#durations.observe({ provider }, tookMs / 1000);
  }

  register(registry: Registry, { db, now, breakers, journalLagMs }: TokenMetricsSources): void {
    registry.registerMetric(this.#refreshes);
    registry.registerMetric(this.#durations);
    const registers = [registry];
    const handOuts = () => ({ memory: this.#fromMemory, database: this.#fromDatabase });
    new Counter({
      name: 'lockkeeper_token_hand_outs_total',
      help: 'Access tokens handed out or put into calls, by where they came from',
      labelNames: ['source'],
      registers,
      collect() {
        this.reset();
        for (const [source, count] of Object.entries(handOuts())) this.inc({ source }, count);
      },
    });
    new Gauge({
      name: 'lockkeeper_tokens',
      help: 'Tokens of all credentials, by state',
      labelNames: ['state'],
      registers,
      async collect() {
        this.reset();
        for (const { state, count } of await countByState(db)) this.set({ state }, count);
      },
    });
    new Gauge({
      name: 'lockkeeper_token_refresh_overdue_seconds',
      help: 'How long the longest overdue refresh is overdue',
      registers,
      async collect() {
        this.set(await overdueSeconds(db, now()));
      },
    });
    new Gauge({
      name: 'lockkeeper_provider_breaker_open',
      help: '1 while this instance leaves a provider alone that does not answer; absent while it does',
      labelNames: ['provider'],
      registers,
      collect() {
        this.reset();
        for (const [provider, isOpen] of breakers()) this.set({ provider }, isOpen ? 1 : 0);
      },
    });
    new Gauge({
      name: 'lockkeeper_use_journal_lag_seconds',
      help: 'How long uses of credentials have been waiting to be written to the audit log',
      registers,
      collect() {
        this.set(journalLagMs() / 1000);
      },
    });
  }
}

async function countByState(db: Db) {
  const { rows } = await sql<{ state: string; count: number }>`
    select state, count(tokens.id)::int as count
    from unnest(array['available', 'refreshing', 'uncertain', 'needs_authorization', 'revoked']) as states (state)
      left join tokens using (state)
    group by state`.execute(db);
  return rows;
}

async function overdueSeconds(db: Db, now: Date): Promise<number> {
  const { rows } = await sql<{ seconds: number }>`
    select coalesce(greatest(extract(epoch from
      ${now}::timestamptz - min(greatest(refresh_at, retry_at, lease_until))), 0), 0)::float8 as seconds
    from tokens where refresh_at is not null and state in ('available', 'refreshing', 'uncertain')`.execute(
    db,
  );
  return rows[0]?.seconds ?? 0;
}
