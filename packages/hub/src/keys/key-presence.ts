import type { KeyRing } from '@lockkeeper/vault';
import type { FastifyBaseLogger } from 'fastify';
import { type Kysely, sql } from 'kysely';
import type { Database, Db } from '../db/database.ts';
import { type Notifications, notify } from '../db/notifications.ts';
import { createVaultKeyStore } from './vault-key-store.ts';

/** Says that keys were added, replaced or wrapped anew, and asks every instance to say which keys it knows. */
export const keysChannel = 'vault_keys';

const BEAT_MS = 60_000;
/** An instance that was killed is not waited for longer than this. */
const GONE_AFTER = '150 seconds';

export interface KeyPresenceParts {
  db: Db;
  keyRing: KeyRing;
  notifications: Notifications;
  instanceId: string;
  logger: FastifyBaseLogger;
}

/** Tells, for as long as this instance lives, which key-encryption keys it has, and learns of new ones. */
export class KeyPresence {
  readonly #parts: KeyPresenceParts;
  #timer: NodeJS.Timeout | undefined;
  #unlisten: (() => void) | undefined;
  #telling: Promise<void> = Promise.resolve();

  constructor(parts: KeyPresenceParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    const again = () => this.#again();
    this.#unlisten = await this.#parts.notifications.listen(keysChannel, {
      onNotification: again,
      onRestored: again,
    });
    await this.#tell();
    await this.#warnOfUnfinished();
    this.#timer = setInterval(again, BEAT_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#unlisten?.();
    await this.#telling;
    const { db, instanceId } = this.#parts;
    // Best effort: who does not say goodbye is forgotten a little later.
    await db
      .deleteFrom('vault_instances')
      .where('id', '=', instanceId)
      .execute()
      .catch(() => {});
  }

  /** Nothing is lost by it, and nobody finishes it by itself. */
  async #warnOfUnfinished(): Promise<void> {
    const current = (await createVaultKeyStore(this.#parts.db).list()).find((key) => key.isCurrent);
    if (current === undefined || current.completedAt !== undefined) return;
    this.#parts.logger.warn(
      { dataKeyId: current.id, since: current.createdAt },
      'a rotation of keys is not finished; unless it still runs, go on with: lockkeeper keys rotate',
    );
  }

  #again(): void {
    this.#telling = this.#telling.then(() =>
      this.#tell().catch((error: unknown) => {
        this.#parts.logger.warn({ err: error }, 'the key ring could not be read again');
      }),
    );
  }

  async #tell(): Promise<void> {
    const { db, keyRing, instanceId } = this.#parts;
    await keyRing.reload();
    const known = {
      key_encryption_ids: [...keyRing.keyEncryptionIds],
      seen_at: sql<Date>`clock_timestamp()`,
    };
    await db
      .insertInto('vault_instances')
      .values({ id: instanceId, ...known })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(known))
      .execute();
    await db
      .deleteFrom('vault_instances')
      .where('seen_at', '<', sql<Date>`clock_timestamp() - ${sql.lit(GONE_AFTER)}::interval`)
      .execute();
  }
}

/** Of this database, those that live. */
export async function countInstances(db: Kysely<Database>): Promise<number> {
  const { count } = await livingInstances(db)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** Asks the living instances for their keys; those that lack this one are in the answer. */
export async function listInstancesWithout(db: Db, keyEncryptionId: string): Promise<string[]> {
  const rows = await livingInstances(db)
    .select('id')
    .where(sql<boolean>`not (key_encryption_ids @> array[${keyEncryptionId}])`)
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}

function livingInstances(db: Kysely<Database>) {
  return db
    .selectFrom('vault_instances')
    .where('seen_at', '>', sql<Date>`clock_timestamp() - ${sql.lit(GONE_AFTER)}::interval`);
}

export async function announceKeys(db: Kysely<Database>): Promise<void> {
  await notify(db, keysChannel, '');
}
