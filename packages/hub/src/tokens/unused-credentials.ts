import { credentialId } from '@lockkeeper/contract';
import type { FastifyBaseLogger } from 'fastify';
import { type SqlBool, sql } from 'kysely';
import type { AuditLog } from '../access/audit-log.ts';
import type { Db } from '../db/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Outbox } from '../events/outbox.ts';
import { tokensMatching } from './managed-token-query.ts';
import { scheduler } from './token-history.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const EVERY_MS = 60 * 60 * 1000;

export interface UnusedCredentialsParts {
  db: Db;
  audit: AuditLog;
  events: Pick<EventBus, 'publish'>;
  outbox: Outbox;
  now: () => Date;
  logger: FastifyBaseLogger;
  /** undefined: they are listed, and that is all. */
  disableUnusedAfterDays: number | undefined;
}

/**
 * Deactivates credentials that nobody has used for long (IN-04). Nothing is lost: the token stays and is kept alive, so
 * that ticking **Active** is all it takes. Canaries are meant to be unused.
 */
export class UnusedCredentials {
  readonly #parts: UnusedCredentialsParts;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;

  constructor(parts: UnusedCredentialsParts) {
    this.#parts = parts;
  }

  start(): void {
    if (this.#parts.disableUnusedAfterDays === undefined) return;
    const run = () => {
      this.#round = this.runDue().catch((error: unknown) => {
        this.#parts.logger.error({ err: error }, 'looking for unused credentials failed');
      });
    };
    this.#timer = setInterval(run, EVERY_MS).unref();
    run();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#round;
  }

  async runDue(): Promise<void> {
    const { db, audit, events, outbox, now, disableUnusedAfterDays: days } = this.#parts;
    if (days === undefined) return;
    await db.transaction().execute(async (trx) => {
      const at = now();
      const rows = await tokensMatching(trx, { unusedForDays: days }, at)
        .select(['credential.id', 'credential.name'])
        .where('credential.active', '=', true)
        .where('credential.canary', '=', false)
        // Whoever edited it lately, or activated it again, has thought of it.
        .where(sql<SqlBool>`credential.updated_at < ${new Date(at.getTime() - days * DAY_MS)}`)
        .orderBy('credential.id')
        .forUpdate('credential')
        .execute();
      if (rows.length === 0) return;
      const credentials = rows.map((row) => ({ id: credentialId.parse(row.id), name: row.name }));
      const ids = credentials.map(({ id }) => id);
      await trx
        .updateTable('credentials')
        .set({ active: false, updated_at: at, version: sql<number>`version + 1` })
        .where(sql<SqlBool>`id = any(${ids}::text[])`)
        .execute();
      const { actor, requestId } = scheduler;
      for (const credential of credentials) {
        await events.publish({ type: 'credential.changed', credentialId: credential.id }, trx);
        const told = { credential, actor, changed: ['active'], active: false };
        await outbox.publish({ type: 'credential.updated', data: told }, trx);
      }
      await audit.recordAll(
        credentials.map((credential) => ({
          actor,
          requestId,
          action: 'credential.deactivated',
          subject: { type: 'credential', ...credential },
          summary: `deactivated the credential ${credential.name}, unused for ${days} days`,
          before: { active: true },
          after: { active: false },
        })),
        trx,
      );
    });
  }
}
