import type { OutboundEvent, TokenState } from '@lockkeeper/contract';
import type { Kysely } from 'kysely';
import type { AuditDraft } from '../access/audit-entry.ts';
import type { AuditLog } from '../access/audit-log.ts';
import type { CredentialRecord } from '../credentials/credential.ts';
import type { Database } from '../db/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Outbox } from '../events/outbox.ts';
import { type Requester, systemCaller } from '../http/caller.ts';

/** The program itself, keeping tokens alive. */
export const scheduler = systemCaller('scheduler');

export interface TokenHappening {
  action:
    | 'token.consented'
    | 'token.obtained'
    | 'token.obtain_failed'
    | 'token.consent_failed'
    | 'token.refreshed'
    | 'token.refresh_failed'
    | 'token.uncertain'
    | 'token.needs_authorization'
    | 'token.revoked'
    | 'token.revoked_at_provider'
    | 'token.provider_revocation_failed'
    | 'token.discarded';
  outcome?: 'success' | 'failure';
  summary: string;
  after?: Record<string, unknown>;
  /** What the customer's own programs are told of it. */
  tells?: OutboundEvent | undefined;
}

export interface Happened {
  readonly credential: Pick<CredentialRecord, 'id' | 'name'>;
  readonly state: TokenState;
  readonly happening: TokenHappening;
  readonly caller: Requester;
}

/** What happened to a credential's token: an audit entry, from which the record shows its history, and an event. */
export class TokenHistory {
  readonly #audit: AuditLog;
  readonly #events: EventBus;
  readonly #outbox: Outbox;

  constructor(audit: AuditLog, events: EventBus, outbox: Outbox) {
    this.#audit = audit;
    this.#events = events;
    this.#outbox = outbox;
  }

  async record(
    credential: Pick<CredentialRecord, 'id' | 'name'>,
    { tells, ...happening }: TokenHappening,
    { actor, requestId }: Requester,
    trx: Kysely<Database>,
  ): Promise<void> {
    const subject = { type: 'credential', id: credential.id, name: credential.name };
    if (tells !== undefined) await this.#outbox.publish(tells, trx);
    await this.#audit.record({ actor, requestId, subject, ...happening }, trx);
  }

  /** Of many at once, in a few statements however many they are; see `announce` and `record`. */
  async recordAll(happenings: readonly Happened[], trx: Kysely<Database>): Promise<void> {
    await this.#events.publishAll(
      happenings.map(({ credential, state }) => ({
        type: 'credential.token',
        credentialId: credential.id,
        state,
      })),
      trx,
    );
    const told = happenings.flatMap(({ happening }) => happening.tells ?? []);
    await this.#outbox.publishAll(told, trx);
    const drafts = happenings.map(
      ({ credential, caller, happening: { tells: _told, ...entry } }): AuditDraft => {
        const subject = { type: 'credential', id: credential.id, name: credential.name };
        return { actor: caller.actor, requestId: caller.requestId, subject, ...entry };
      },
    );
    if (drafts.length > 0) await this.#audit.recordAll(drafts, trx);
  }

  async announce(
    credential: Pick<CredentialRecord, 'id'>,
    state: TokenState,
    trx: Kysely<Database>,
  ): Promise<void> {
    await this.#events.publish({ type: 'credential.token', credentialId: credential.id, state }, trx);
  }
}
