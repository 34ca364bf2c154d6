import {
  apiKeyId,
  applicationRegistryId,
  credentialId,
  type OutboundEvent,
  type ServerEvent,
} from '@lockkeeper/contract';
import type { FastifyBaseLogger } from 'fastify';
import type { AuditLog } from '../access/audit-log.ts';
import type { Db } from '../db/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Outbox } from '../events/outbox.ts';
import { systemCaller } from '../http/caller.ts';
import { dueLeadTime, expiryView, LONGEST_LEAD_MS, type StoredExpiry } from './expiry.ts';
import { claimWarning, listExpiries } from './expiry-store.ts';

const LOOK_EVERY_MS = 60_000;

export interface ExpiryWarningsParts {
  db: Db;
  audit: AuditLog;
  events: EventBus;
  outbox: Outbox;
  now: () => Date;
  logger: FastifyBaseLogger;
}

/**
 * Warns ahead of every end that only a person can prevent: an audit entry, an event for the pages and one for the
 * customer's own programs, in one transaction with the record that it was done. Every instance looks; one warns.
 */
export class ExpiryWarnings {
  readonly #parts: ExpiryWarningsParts;
  readonly #caller = systemCaller('scheduler');
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;

  constructor(parts: ExpiryWarningsParts) {
    this.#parts = parts;
  }

  start(): void {
    const look = () => {
      this.#round = this.runDue().catch((error: unknown) => {
        this.#parts.logger.error({ err: error }, 'looking for what ends soon failed');
      });
    };
    look();
    this.#timer = setInterval(look, LOOK_EVERY_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#round;
  }

  /** Gives every warning that is due now. */
  async runDue(): Promise<void> {
    const { db, now } = this.#parts;
    const at = now();
    for (const expiry of await listExpiries(db, at, new Date(at.getTime() + LONGEST_LEAD_MS))) {
      const leadMs = dueLeadTime(expiry, at);
      if (leadMs !== undefined) await this.#warn(expiry, leadMs, at);
    }
  }

  async #warn(expiry: StoredExpiry, leadMs: number, at: Date): Promise<void> {
    const { db, audit, events, outbox } = this.#parts;
    const { kind, subject, endsAt, why } = expiryView(expiry);
    await db.transaction().execute(async (trx) => {
      if (!(await claimWarning(expiry, leadMs, at, trx))) return;
      await events.publish(eventOf(expiry, why), trx);
      await outbox.publish(outboundEventOf(expiry, why), trx);
      const { actor } = this.#caller;
      const summary = `warns that something of ${subject.name} ends on ${endsAt}. ${why}`;
      const action = `${subject.type}.expires_soon`;
      await audit.record({ actor, action, subject, summary, after: { kind, endsAt } }, trx);
    });
  }
}

function eventOf({ subject, endsAt }: StoredExpiry, why: string): ServerEvent {
  const about = { name: subject.name, endsAt: endsAt.toISOString(), why };
  switch (subject.type) {
    case 'credential':
      return { type: 'credential.expires_soon', credentialId: credentialId.parse(subject.id), ...about };
    case 'api_key':
      return { type: 'api-key.expires_soon', apiKeyId: apiKeyId.parse(subject.id), ...about };
    case 'application_registry': {
      const id = applicationRegistryId.parse(subject.id);
      return { type: 'application-registry.expires_soon', applicationRegistryId: id, ...about };
    }
  }
}

function outboundEventOf(
  { subject: { type, id, name }, endsAt: end }: StoredExpiry,
  why: string,
): OutboundEvent {
  const endsAt = end.toISOString();
  switch (type) {
    case 'credential': {
      const credential = { id: credentialId.parse(id), name };
      return { type: 'credential.expires_soon', data: { credential, endsAt, why } };
    }
    case 'api_key': {
      const apiKey = { id: apiKeyId.parse(id), name };
      return { type: 'api_key.expires_soon', data: { apiKey, endsAt, why } };
    }
    case 'application_registry': {
      const applicationRegistry = { id: applicationRegistryId.parse(id), name };
      return { type: 'application_registry.expires_soon', data: { applicationRegistry, endsAt, why } };
    }
  }
}
