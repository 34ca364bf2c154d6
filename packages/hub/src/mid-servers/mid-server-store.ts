import { type ActorRef, midServerId, type Page } from '@lockkeeper/contract';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { Database } from '../db/database.ts';
import type { MidServersTables } from '../db/tables/mid-servers.ts';
import { containing, fetchPage, type PageRequest } from '../http/page.ts';
import type { MidServer } from './mid-server.ts';

type Db = Kysely<Database>;

export async function listMidServers(
  db: Db,
  { q, ...page }: PageRequest & { q?: string | undefined },
): Promise<Page<MidServer>> {
  let query = db.selectFrom('mid_servers').selectAll();
  if (q !== undefined && q !== '') {
    const text = containing(q);
    query = query.where((where) => where.or([where('name', 'ilike', text), where('host', 'ilike', text)]));
  }
  const sortable = {
    name: sql`lower(name)`,
    host: sql.ref('host'),
    agentVersion: sql.ref('agent_version'),
    enrolledAt: sql.ref('enrolled_at'),
  };
  const found = await fetchPage(query, { sortable, id: sql.ref<string>('id') }, page);
  return { ...found, items: found.items.map(toMidServer) };
}

export async function findMidServer(db: Db, id: string): Promise<MidServer | undefined> {
  const row = await db.selectFrom('mid_servers').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : toMidServer(row);
}

/** Nobody else changes the row until the transaction ends. */
export async function lockMidServer(trx: Db, id: string): Promise<MidServer | undefined> {
  const query = trx.selectFrom('mid_servers').selectAll().where('id', '=', id).forUpdate();
  const row = await query.executeTakeFirst();
  return row === undefined ? undefined : toMidServer(row);
}

export async function isNameTaken(db: Db, name: string): Promise<boolean> {
  const query = db.selectFrom('mid_servers').select('id').where(sql`lower(name)`, '=', name.toLowerCase());
  return (await query.executeTakeFirst()) !== undefined;
}

export async function addMidServer(trx: Db, server: MidServer): Promise<void> {
  await trx
    .insertInto('mid_servers')
    .values({
      id: server.id,
      name: server.name,
      signing_key: server.signingKey,
      sealing_key: server.sealingKey,
      fingerprint: server.fingerprint,
      host: server.host,
      enrolled_from: server.enrolledFrom,
      agent_version: server.agentVersion,
      enrolled_at: server.enrolledAt,
      enrolled_by: JSON.stringify(server.enrolledBy),
    })
    .execute();
}

export async function setValidated(trx: Db, id: string, by: ActorRef | null, at: Date | null): Promise<void> {
  await trx
    .updateTable('mid_servers')
    .set({ validated_at: at, validated_by: by === null ? null : JSON.stringify(by) })
    .where('id', '=', id)
    .execute();
}

export async function setPaused(trx: Db, id: string, at: Date | null): Promise<void> {
  await trx.updateTable('mid_servers').set({ paused_at: at }).where('id', '=', id).execute();
}

export async function requestRekey(trx: Db, id: string, at: Date): Promise<void> {
  await trx.updateTable('mid_servers').set({ rekey_requested_at: at }).where('id', '=', id).execute();
}

/** Only while the old key still counts. @returns whether it did */
export async function replaceKeys(
  trx: Db,
  server: Pick<MidServer, 'id' | 'signingKey'>,
  keys: Pick<MidServer, 'signingKey' | 'sealingKey' | 'fingerprint'>,
): Promise<boolean> {
  const result = await trx
    .updateTable('mid_servers')
    .set({
      signing_key: keys.signingKey,
      sealing_key: keys.sealingKey,
      fingerprint: keys.fingerprint,
      rekey_requested_at: null,
    })
    .where('id', '=', server.id)
    .where('signing_key', '=', server.signingKey)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** What an agent says of itself at each connection. */
export async function noteAgent(
  db: Db,
  id: string,
  agentVersion: string,
  host: string,
  at: Date,
): Promise<void> {
  await db
    .updateTable('mid_servers')
    .set({ agent_version: agentVersion, host, last_heartbeat_at: at })
    .where('id', '=', id)
    .execute();
}

export async function noteLastHeartbeat(db: Db, id: string, at: Date): Promise<void> {
  await db.updateTable('mid_servers').set({ last_heartbeat_at: at }).where('id', '=', id).execute();
}

export async function removeMidServer(trx: Db, id: string): Promise<void> {
  await trx.deleteFrom('mid_servers').where('id', '=', id).execute();
}

function toMidServer(row: Selectable<MidServersTables['mid_servers']>): MidServer {
  return {
    id: midServerId.parse(row.id),
    name: row.name,
    signingKey: row.signing_key,
    sealingKey: row.sealing_key,
    fingerprint: row.fingerprint,
    host: row.host,
    enrolledFrom: row.enrolled_from,
    agentVersion: row.agent_version,
    enrolledAt: row.enrolled_at,
    enrolledBy: row.enrolled_by,
    validatedAt: row.validated_at,
    validatedBy: row.validated_by,
    pausedAt: row.paused_at,
    lastHeartbeatAt: row.last_heartbeat_at,
    rekeyRequestedAt: row.rekey_requested_at,
  };
}
