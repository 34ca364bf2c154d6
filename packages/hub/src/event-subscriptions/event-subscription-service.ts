import {
  type EventSubscription,
  type EventSubscriptionCreate,
  type EventSubscriptionPatch,
  type EventSubscriptionWithSecret,
  type EventTest,
  eventSubscriptionId,
  type Page,
} from '@lockkeeper/contract';
import type { Vault } from '@lockkeeper/vault';
import type { Kysely } from 'kysely';
import { changedFields } from '../access/audit-entry.ts';
import type { AuditLog } from '../access/audit-log.ts';
import { changedMeanwhile, nameTaken } from '../applications/save-conflict.ts';
import type { Database, Db } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { notify } from '../db/notifications.ts';
import { violatedUniqueIndex } from '../db/violations.ts';
import type { EventBus } from '../events/event-bus.ts';
import { deliveriesChannel, messageOf } from '../events/outbox.ts';
import type { Caller } from '../http/caller.ts';
import { found, invalidField } from '../http/hub-error.ts';
import { mergePatch } from '../http/merge-patch.ts';
import type { OriginPolicy } from '../outbound/origin-policy.ts';
import type { EventDeliveryStore } from './event-delivery-store.ts';
import { eventAnswerOf, openSigningSecrets } from './event-subscription.ts';
import type {
  EventSubscriptionFilter,
  EventSubscriptionStore,
  EventSubscriptionValues,
} from './event-subscription-store.ts';
import { type SendEventParts, sendEvent } from './send-event.ts';
import { newSigningSecret, signingSecretPlace } from './signing-secret.ts';

const noun = 'event subscription';
const SECOND = 1000;

export interface EventSubscriptionServiceParts {
  db: Db;
  store: EventSubscriptionStore;
  deliveries: Pick<EventDeliveryStore, 'insertSent'>;
  policy: OriginPolicy;
  vault: Vault;
  audit: AuditLog;
  events: Pick<EventBus, 'publish'>;
  sending: SendEventParts;
  now: () => Date;
}

/** Receivers of the customer's own, and what each of them wants to be told. */
export class EventSubscriptionService {
  readonly #parts: EventSubscriptionServiceParts;

  constructor(parts: EventSubscriptionServiceParts) {
    this.#parts = parts;
  }

  async get(id: string): Promise<EventSubscription> {
    return found(await this.#parts.store.find(id), noun);
  }

  list(filter: EventSubscriptionFilter): Promise<Page<EventSubscription>> {
    return this.#parts.store.list(filter);
  }

  /** The signing secret is in this answer and nowhere else. */
  async create(input: EventSubscriptionCreate, caller: Caller): Promise<EventSubscriptionWithSecret> {
    const { store, vault, now } = this.#parts;
    this.#refuseUrl(input.url);
    const id = newId('eventSubscription');
    const secret = newSigningSecret();
    const sealed = {
      secret_sealed: await vault.seal(secret, signingSecretPlace(id, 'secret', 1)),
      secret_version: 1,
    };
    await this.#write(input.name, async (trx) => {
      await store.insert(id, input, sealed, { at: now(), by: caller.actor }, trx);
      await this.#record(
        'created',
        { id, name: input.name },
        caller,
        { after: { ...input, signingSecret: secret } },
        trx,
      );
    });
    return { eventSubscription: await this.get(id), signingSecret: secret.reveal() };
  }

  async update(id: string, patch: EventSubscriptionPatch, caller: Caller): Promise<EventSubscription> {
    const { store, now } = this.#parts;
    const { version, ...changes } = patch;
    if (changes.url !== undefined) this.#refuseUrl(changes.url);
    const current = await this.get(id);
    const values = mergePatch<EventSubscriptionValues>(valuesOf(current), changes);
    await this.#write(values.name, async (trx) => {
      const { version: stored } = found(await store.lock(id, trx), noun);
      if (stored !== (version ?? stored) || stored !== current.version) throw changedMeanwhile();
      await store.replace(id, values, now(), trx);
      // What waited for a receiver that was switched off may be due.
      if (values.active) await notify(trx, deliveriesChannel, '');
      await this.#record('updated', { id, name: values.name }, caller, changedFields(current, changes), trx);
    });
    return this.get(id);
  }

  async delete(id: string, caller: Caller): Promise<void> {
    const { db, store } = this.#parts;
    await db.transaction().execute(async (trx) => {
      const row = found(await store.lock(id, trx), noun);
      await store.delete(id, trx);
      await this.#record('deleted', row, caller, {}, trx);
    });
  }

  /** For a while both secrets sign. A secret that was former already counts no more. */
  async rotateSecret(
    id: string,
    overlapSeconds: number,
    caller: Caller,
  ): Promise<EventSubscriptionWithSecret> {
    const { db, store, vault, now } = this.#parts;
    const secret = newSigningSecret();
    await db.transaction().execute(async (trx) => {
      const row = found(await store.lock(id, trx), noun);
      const version = row.secret_version + 1;
      const at = now();
      const until = new Date(at.getTime() + overlapSeconds * SECOND);
      const [current] = await openSigningSecrets(row, vault, at);
      const isKept = overlapSeconds > 0 && current !== undefined;
      const former = isKept
        ? await vault.seal(current, signingSecretPlace(id, 'former_secret', row.secret_version))
        : null;
      await store.replaceSecret(
        id,
        {
          secret_sealed: await vault.seal(secret, signingSecretPlace(id, 'secret', version)),
          secret_version: version,
          secret_stored_at: at,
          former_secret_sealed: former,
          former_secret_version: isKept ? row.secret_version : null,
          former_secret_until: isKept ? until : null,
        },
        trx,
      );
      const after = { signingSecret: secret, formerSigningSecretUntil: isKept ? until : null };
      await this.#record('secret_rotated', row, caller, { after }, trx);
    });
    return { eventSubscription: await this.get(id), signingSecret: secret.reveal() };
  }

  /** Sends an event now, also while the subscription is not active, and tells what came back. */
  async test(id: string, caller: Caller): Promise<EventTest> {
    const { db, store, deliveries, vault, sending, now } = this.#parts;
    const subscription = found(await store.findSealed(id), noun);
    const { name, url } = subscription;
    const type = 'event_subscription.test';
    const message = messageOf({ type, data: { subscription: { id, name }, actor: caller.actor } }, now());
    const event = { id: newId('outboundEvent'), type, message } as const;
    const secrets = await openSigningSecrets(subscription, vault, now());
    const answer = await sendEvent(event, { url, secrets }, sending);
    const delivered = answer.error === null;
    await db.transaction().execute(async (trx) => {
      if ((await store.lock(id, trx)) === undefined) return;
      await deliveries.insertSent(event, id, answer, trx);
      if (delivered) await store.noteAttempt(id, true, answer.at, trx);
      const after = { status: answer.status, error: answer.error };
      await this.#record('tested', subscription, caller, { after }, trx, delivered ? 'success' : 'failure');
    });
    return { delivered, answer: eventAnswerOf(answer) };
  }

  #refuseUrl(url: string): void {
    const refusal = this.#parts.policy.refusal(url, {
      carries: 'what happens here',
      example: 'https://hooks.example.com/lockkeeper',
    });
    if (refusal !== undefined) throw invalidField('url', refusal);
  }

  async #write(name: string, work: (trx: Kysely<Database>) => Promise<void>): Promise<void> {
    try {
      await this.#parts.db.transaction().execute(work);
    } catch (error) {
      if (violatedUniqueIndex(error) !== 'event_subscriptions_name') throw error;
      const other = await this.#parts.store.findByName(name);
      throw nameTaken('Another event subscription is called so already', other?.id, error);
    }
  }

  async #record(
    done: 'created' | 'updated' | 'deleted' | 'secret_rotated' | 'tested',
    { id, name }: { id: string; name: string },
    { actor, requestId }: Caller,
    facts: { before?: Record<string, unknown>; after?: object },
    trx: Kysely<Database>,
    outcome: 'success' | 'failure' = 'success',
  ): Promise<void> {
    const { audit, events } = this.#parts;
    await events.publish(
      { type: 'event-subscription.updated', eventSubscriptionId: eventSubscriptionId.parse(id) },
      trx,
    );
    const after = facts.after === undefined ? null : { ...facts.after };
    const summary =
      done === 'secret_rotated'
        ? `rotated the signing secret of the event subscription ${name}`
        : `${done} the event subscription ${name}`;
    const subject = { type: 'event-subscription', id, name };
    await audit.record(
      { actor, requestId, action: `event-subscription.${done}`, outcome, subject, summary, ...facts, after },
      trx,
    );
  }
}

function valuesOf({ name, url, eventTypes, active, comments }: EventSubscription): EventSubscriptionValues {
  return { name, url, eventTypes, active, comments };
}
