import { type CanaryAlarm, canaryAlarm, credentialId, type Page } from '@lockkeeper/contract';
import { type Selectable, sql } from 'kysely';
import type { AuditLog } from '../access/audit-log.ts';
import type { CredentialRecord } from '../credentials/credential.ts';
import type { Db } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { TokensTables } from '../db/tables/tokens.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Outbox } from '../events/outbox.ts';
import type { Caller } from '../http/caller.ts';
import { found } from '../http/hub-error.ts';
import { fetchPage, type PageRequest } from '../http/page.ts';

export interface CanaryAlarmsParts {
  db: Db;
  audit: AuditLog;
  events: Pick<EventBus, 'publish'>;
  outbox: Outbox;
  now: () => Date;
}

type Row = Selectable<TokensTables['canary_alarms']>;

/** Alarms of credentials that are never meant to be used. */
export class CanaryAlarms {
  readonly #parts: CanaryAlarmsParts;

  constructor(parts: CanaryAlarmsParts) {
    this.#parts = parts;
  }

  /**
   * Whatever becomes of the attempt. Waited for: a use that cannot be told of does not happen. The same user's further
   * uses are counted, until somebody has acknowledged the alarm.
   */
  async raise(
    { id, name }: Pick<CredentialRecord, 'id' | 'name'>,
    { actor, requestId }: Caller,
    kind: CanaryAlarm['kind'],
  ): Promise<void> {
    const { db, audit, events, outbox, now } = this.#parts;
    const at = now();
    await db.transaction().execute(async (trx) => {
      const { isNew } = await trx
        .insertInto('canary_alarms')
        .values({
          id: newId('canaryAlarm'),
          credential_id: id,
          credential_name: name,
          actor: JSON.stringify(actor),
          actor_key: `${actor.kind} ${actor.id ?? actor.name}`,
          kind,
          first_at: at,
          last_at: at,
          request_id: requestId,
        })
        .onConflict((conflict) =>
          conflict
            .columns(['credential_id', 'actor_key', 'kind'])
            .where('acknowledged_at', 'is', null)
            .doUpdateSet({ count: sql<number>`canary_alarms.count + 1`, last_at: at }),
        )
        // A row that this statement made was touched by no other.
        .returning(sql<boolean>`xmax = 0`.as('isNew'))
        .executeTakeFirstOrThrow();
      await events.publish({ type: 'credential.canary_used', credentialId: id, name }, trx);
      if (!isNew) return;
      await outbox.publish(
        { type: 'credential.canary_used', data: { credential: { id, name }, actor } },
        trx,
      );
      await audit.record(
        {
          actor,
          requestId,
          action: 'credential.canary_used',
          outcome: 'failure',
          subject: { type: 'credential', id, name },
          summary: `${kind === 'called' ? 'called a tool with' : 'asked for the token of'} the canary ${name}`,
          after: { kind },
        },
        trx,
      );
    });
  }

  async list({
    acknowledged,
    ...request
  }: PageRequest & { acknowledged?: boolean | undefined }): Promise<Page<CanaryAlarm>> {
    let query = this.#parts.db.selectFrom('canary_alarms').selectAll();
    if (acknowledged !== undefined) {
      query = query.where('acknowledged_at', acknowledged ? 'is not' : 'is', null);
    }
    const sortable = { lastAt: sql.ref('last_at') };
    const page = await fetchPage(query, { sortable, id: sql.ref<string>('id') }, request);
    return { ...page, items: page.items.map(alarmOf) };
  }

  /** Somebody has seen it; the next use is an alarm of its own. */
  async acknowledge(id: string, { actor, requestId }: Caller): Promise<CanaryAlarm> {
    const { db, audit, events, now } = this.#parts;
    return db.transaction().execute(async (trx) => {
      const row = await trx
        .updateTable('canary_alarms')
        .set({
          acknowledged_at: sql<Date>`coalesce(acknowledged_at, ${now()})`,
          acknowledged_by: sql<string>`coalesce(acknowledged_by, ${JSON.stringify(actor)}::jsonb)`,
        })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst();
      const alarm = alarmOf(found(row, 'alarm'));
      const { credential } = alarm;
      await events.publish(
        { type: 'credential.canary_used', credentialId: credential.id, name: credential.name },
        trx,
      );
      await audit.record(
        {
          actor,
          requestId,
          action: 'credential.canary_acknowledged',
          subject: { type: 'credential', ...credential },
          summary: `acknowledged the alarm of the canary ${credential.name}`,
          after: { alarm: id, count: alarm.count },
        },
        trx,
      );
      return alarm;
    });
  }
}

function alarmOf(row: Row): CanaryAlarm {
  return canaryAlarm.parse({
    id: row.id,
    credential: { id: credentialId.parse(row.credential_id), name: row.credential_name },
    actor: row.actor,
    kind: row.kind,
    count: row.count,
    firstAt: row.first_at.toISOString(),
    lastAt: row.last_at.toISOString(),
    requestId: row.request_id,
    acknowledgedAt: row.acknowledged_at?.toISOString() ?? null,
    acknowledgedBy: row.acknowledged_by,
  });
}
