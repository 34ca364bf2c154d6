import { Counter, Gauge, type Registry } from 'prom-client';
import type { EventDeliveryStore } from './event-delivery-store.ts';
import type { Verdict } from './judge-answer.ts';

export interface EventMetrics {
  attempted(outcome: Verdict['kind']): void;
}

/** Counters are of this instance; what waits is read from the database when somebody asks. */
export function createEventMetrics(
  registry: Registry,
  deliveries: Pick<EventDeliveryStore, 'backlog'>,
  now: () => Date,
): EventMetrics {
  const registers = [registry];
  const attempts = new Counter({
    name: 'lockkeeper_event_delivery_attempts_total',
    help: 'Attempts of this instance to deliver an event to a subscription, by what became of them',
    labelNames: ['outcome'],
    registers,
  });
  // A database that is down must not take the other metrics with it.
  const backlog = () => deliveries.backlog(now()).catch(() => undefined);
  new Gauge({
    name: 'lockkeeper_event_deliveries_pending',
    help: 'Deliveries of all instances that wait for their next attempt',
    registers,
    async collect() {
      this.set((await backlog())?.pending ?? Number.NaN);
    },
  });
  new Gauge({
    name: 'lockkeeper_event_delivery_lag_seconds',
    help: 'For how long the oldest delivery that is due has waited',
    registers,
    async collect() {
      const known = await backlog();
      const oldest = known?.oldestDueAt ?? null;
      const lagMs = oldest === null ? 0 : now().getTime() - oldest.getTime();
      this.set(known === undefined ? Number.NaN : lagMs / 1000);
    },
  });
  return { attempted: (outcome) => attempts.inc({ outcome }) };
}
