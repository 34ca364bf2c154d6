import { randomUUID } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import type { Kysely } from 'kysely';
import { type Notifications, notifyAll } from '../db/notifications.ts';
import { type HubEvent, hubEvent } from './hub-event.ts';

const channel = 'lockkeeper_events';
/** NOTIFY takes fewer than 8,000 bytes, and a code point has at most 4; half a code point would not survive. */
const parts = /.{1,1900}/gsu;
/** Of messages whose other parts never came, because the connection broke between them. */
const MOST_UNFINISHED = 100;

/** The index keeps equal pieces apart: PostgreSQL delivers equal notifications of a transaction once. */
function messagesOf(event: HubEvent): string[] {
  const pieces = JSON.stringify(event).match(parts) ?? [];
  const id = randomUUID();
  return pieces.map((piece, index) => `${id} ${index + 1}/${pieces.length} ${piece}`);
}

export type EventListener = (event: HubEvent) => void;

/**
 * Tells every instance on this database what happened, this one included. Delivery is a hint: what is published while
 * the listening connection is down is lost, so a reader looks again when `onGap` says so.
 */
export class EventBus {
  readonly #listeners = new Set<EventListener>();
  readonly #earlyListeners = new Set<EventListener>();
  readonly #gapListeners = new Set<() => void>();
  readonly #lostListeners = new Set<() => void>();
  readonly #unfinished = new Map<string, string[]>();
  readonly #notifications: Notifications;
  readonly #logger: FastifyBaseLogger;
  #unlisten: (() => void) | undefined;

  constructor(notifications: Notifications, logger: FastifyBaseLogger) {
    this.#notifications = notifications;
    this.#logger = logger;
  }

  async start(): Promise<void> {
    if (this.#unlisten !== undefined) return;
    this.#unlisten = await this.#notifications.listen(channel, {
      onNotification: (payload) => this.#receive(payload),
      onLost: () => {
        for (const listener of this.#lostListeners) listener();
      },
      onRestored: () => this.#tellGap(),
    });
    // What was published before is unknown here too.
    this.#tellGap();
  }

  /**
   * Proves that the listeners have been told everything published until it began.
   * @returns the database's time
   * @throws when that cannot be known
   */
  async roundTrip(): Promise<Date> {
    if (this.#unlisten === undefined) throw new Error('not listening');
    return this.#notifications.roundTrip();
  }

  stop(): void {
    this.#unlisten?.();
    this.#unlisten = undefined;
  }

  /** Delivered when the transaction commits, never if it does not. */
  publish<T>(event: HubEvent, trx: Kysely<T>): Promise<void> {
    return this.publishAll([event], trx);
  }

  /** In one statement however many they are. */
  async publishAll<T>(events: readonly HubEvent[], trx: Kysely<T>): Promise<void> {
    for (const event of events) for (const listener of this.#earlyListeners) listener(event);
    await notifyAll(trx, channel, events.flatMap(messagesOf));
  }

  subscribe(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * For memories: told as well when an event is published here, before its transaction has committed, so that whoever
   * made the change does not meet what was remembered before it.
   */
  subscribeEarly(listener: EventListener): () => void {
    this.#earlyListeners.add(listener);
    const unsubscribe = this.subscribe(listener);
    return () => {
      this.#earlyListeners.delete(listener);
      unsubscribe();
    };
  }

  /** Called when events may have been missed. */
  onGap(listener: () => void): () => void {
    this.#gapListeners.add(listener);
    return () => void this.#gapListeners.delete(listener);
  }

  /** Called when the listening connection breaks; `onGap` follows when it is back. */
  onLost(listener: () => void): () => void {
    this.#lostListeners.add(listener);
    return () => void this.#lostListeners.delete(listener);
  }

  #tellGap(): void {
    for (const listener of this.#gapListeners) listener();
  }

  /** Parts of one transaction arrive together and in order. */
  #receive(payload: string): void {
    const [, id = '', count = '', piece = ''] = /^(\S+) \d+\/(\d+) (.*)$/s.exec(payload) ?? [];
    const received = [...(this.#unfinished.get(id) ?? []), piece];
    this.#unfinished.delete(id);
    if (received.length < Number(count)) {
      this.#unfinished.set(id, received);
      const oldest = this.#unfinished.keys().next().value;
      if (this.#unfinished.size > MOST_UNFINISHED && oldest !== undefined) this.#unfinished.delete(oldest);
      return;
    }
    this.#deliver(received.join(''));
  }

  #deliver(text: string): void {
    try {
      const event = hubEvent.parse(JSON.parse(text));
      for (const listener of this.#listeners) listener(event);
    } catch (error) {
      // An instance of another version may send what this one does not know.
      this.#logger.warn({ err: error }, 'an event was not understood');
    }
  }
}
