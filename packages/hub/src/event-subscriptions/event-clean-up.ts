import type { FastifyBaseLogger } from 'fastify';
import type { EventDeliveryStore } from './event-delivery-store.ts';
import type { EventSubscriptionStore } from './event-subscription-store.ts';

const HOUR = 60 * 60 * 1000;
const KEPT_FOR_MS = 30 * 24 * HOUR;
const BATCH = 1000;

export interface EventCleanUpParts {
  deliveries: Pick<EventDeliveryStore, 'deleteBefore'>;
  subscriptions: Pick<EventSubscriptionStore, 'forgetFormerSecrets'>;
  now: () => Date;
  logger: FastifyBaseLogger;
}

/** Once an hour, what nobody needs any more goes. */
export class EventCleanUp {
  readonly #parts: EventCleanUpParts;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;

  constructor(parts: EventCleanUpParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#round = this.run().catch((error: unknown) =>
        this.#parts.logger.error({ err: error }, 'cleaning up after delivered events failed'),
      );
    }, HOUR).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#round;
  }

  async run(): Promise<void> {
    const { deliveries, subscriptions, now } = this.#parts;
    const before = new Date(now().getTime() - KEPT_FOR_MS);
    while ((await deliveries.deleteBefore(before, BATCH)) === BATCH);
    await subscriptions.forgetFormerSecrets(now());
  }
}
