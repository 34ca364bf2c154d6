import { type ActorRef, actorRef, type ConnectReport, toolId } from '@lockkeeper/contract';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { Database, Db } from '../db/database.ts';
import type { ToolRow } from '../db/tables/tools.ts';
import { containing, fetchPage, type PageRequest } from '../http/page.ts';
import { parseConnectReport, type ToolRecord, type ToolSurroundings } from './tool.ts';

export interface ToolValues {
  readonly name: string;
  readonly baseUrl: string;
  readonly credentialId: string;
  readonly midServerId: string | null;
}

export type ToolWithSurroundings = ToolRecord & { readonly around: ToolSurroundings };

/** A tool with the names and counts that every view of it shows. */
function toolsWithSurroundings(db: Kysely<Database>) {
  return db
    .selectFrom('tools as t')
    .innerJoin('credentials as c', 'c.id', 't.credential_id')
    .leftJoin('mid_servers as m', 'm.id', 't.mid_server_id')
    .selectAll('t')
    .select((eb) => [
      'c.name as credential_name',
      'm.name as mid_server_name',
      eb
        .selectFrom('repositories as r')
        .whereRef('r.tool_id', '=', 't.id')
        .where('r.gone_at', 'is', null)
        .select((count) => count.fn.countAll<number>().as('n'))
        .as('repository_count'),
      eb
        .selectFrom('repositories as r')
        .whereRef('r.tool_id', '=', 't.id')
        .where('r.gone_at', 'is', null)
        .where('r.tracked', '=', true)
        .select((count) => count.fn.countAll<number>().as('n'))
        .as('tracked_count'),
      eb
        .selectFrom('discovery_runs as d')
        .whereRef('d.tool_id', '=', 't.id')
        .where('d.state', 'in', ['queued', 'running', 'throttled', 'paused'])
        .select('d.id')
        .as('current_run_id'),
    ]);
}

type RowWithSurroundings = Selectable<ToolRow> & {
  credential_name: string;
  mid_server_name: string | null;
  repository_count: number | null;
  tracked_count: number | null;
  current_run_id: string | null;
};

export async function pageOfTools(
  db: Db,
  { q, ...request }: PageRequest & { q?: string | undefined },
): Promise<{ items: ToolWithSurroundings[]; nextCursor: string | null; total: number }> {
  let query = toolsWithSurroundings(db);
  if (q) query = query.where('t.name', 'ilike', containing(q));
  const page = await fetchPage(
    query,
    {
      sortable: { name: sql`lower(t.name)`, kind: sql.ref('t.kind'), createdAt: sql.ref('t.created_at') },
      id: sql.ref<string>('t.id'),
    },
    request,
  );
  return { ...page, items: page.items.map(toRecordWithSurroundings) };
}

export async function findTool(db: Kysely<Database>, id: string): Promise<ToolWithSurroundings | undefined> {
  const row = await toolsWithSurroundings(db).where('t.id', '=', id).executeTakeFirst();
  return row && toRecordWithSurroundings(row);
}

export async function findToolRow(db: Kysely<Database>, id: string): Promise<ToolRecord | undefined> {
  const row = await db.selectFrom('tools').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toRecord(row);
}

/** The same, locked until the transaction ends. */
export async function lockTool(trx: Kysely<Database>, id: string): Promise<ToolRecord | undefined> {
  const row = await trx.selectFrom('tools').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  return row && toRecord(row);
}

export async function lockRuns(trx: Kysely<Database>, id: string): Promise<void> {
  await trx.selectFrom('discovery_runs').select('id').where('tool_id', '=', id).forUpdate().execute();
}

/** @returns the id of another tool of this name, whatever its case */
export async function findByName(db: Kysely<Database>, name: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('tools')
    .select('id')
    .where(sql`lower(name)`, '=', name.toLowerCase())
    .executeTakeFirst();
  return row?.id;
}

export async function insertTool(
  trx: Kysely<Database>,
  tool: ToolValues & { id: string; kind: string; createdBy: ActorRef; now: Date },
): Promise<void> {
  await trx
    .insertInto('tools')
    .values({
      id: tool.id,
      kind: tool.kind,
      ...columnsOf(tool),
      created_at: tool.now,
      created_by: JSON.stringify(tool.createdBy),
      updated_at: tool.now,
    })
    .execute();
}

/** @param disconnect what the last Connect proved does not hold for these settings any more */
export async function updateTool(
  trx: Kysely<Database>,
  id: string,
  values: ToolValues,
  { now, disconnect }: { now: Date; disconnect: boolean },
): Promise<void> {
  await trx
    .updateTable('tools')
    .set((eb) => ({
      ...columnsOf(values),
      updated_at: now,
      version: eb('version', '+', 1),
      ...(disconnect ? { connected: false, throttled_until: null, connect_report: null } : {}),
    }))
    .where('id', '=', id)
    .execute();
}

export async function deleteTool(trx: Kysely<Database>, id: string): Promise<void> {
  await trx.deleteFrom('tools').where('id', '=', id).execute();
}

/** Keeps what a Connect found, unless the settings it was made with have changed meanwhile. */
export async function writeConnectReport(
  trx: Kysely<Database>,
  tested: ToolRecord,
  found: { report: ConnectReport; connected: boolean; throttledUntil: Date | null },
): Promise<boolean> {
  const result = await trx
    .updateTable('tools')
    .set({
      connected: found.connected,
      throttled_until: found.throttledUntil,
      connect_report: JSON.stringify(found.report),
    })
    .where('id', '=', tested.id)
    .where('base_url', '=', tested.baseUrl)
    .where('credential_id', '=', tested.credentialId)
    .where('mid_server_id', 'is not distinct from', tested.midServerId)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** The later of two waits holds. */
export async function noteThrottled(db: Kysely<Database>, id: string, until: Date): Promise<void> {
  await db
    .updateTable('tools')
    .set({ throttled_until: sql`greatest(throttled_until, ${until})` })
    .where('id', '=', id)
    .execute();
}

export async function noteDisconnected(db: Kysely<Database>, id: string): Promise<void> {
  await db.updateTable('tools').set({ connected: false }).where('id', '=', id).execute();
}

export async function noteDiscovered(db: Kysely<Database>, id: string, at: Date): Promise<void> {
  await db.updateTable('tools').set({ last_discovered_at: at }).where('id', '=', id).execute();
}

function columnsOf(values: ToolValues) {
  return {
    name: values.name,
    base_url: values.baseUrl,
    credential_id: values.credentialId,
    mid_server_id: values.midServerId,
  };
}

function toRecord(row: Selectable<ToolRow>): ToolRecord {
  return {
    id: toolId.parse(row.id),
    kind: row.kind,
    name: row.name,
    baseUrl: row.base_url,
    credentialId: row.credential_id,
    midServerId: row.mid_server_id,
    connected: row.connected,
    throttledUntil: row.throttled_until,
    connectReport: parseConnectReport(row.connect_report),
    include: row.include_patterns,
    exclude: row.exclude_patterns,
    lastDiscoveredAt: row.last_discovered_at,
    createdAt: row.created_at,
    createdBy: actorRef.parse(row.created_by),
    updatedAt: row.updated_at,
    version: row.version,
  };
}

function toRecordWithSurroundings(row: RowWithSurroundings): ToolWithSurroundings {
  return {
    ...toRecord(row),
    around: {
      credentialName: row.credential_name,
      midServerName: row.mid_server_name,
      repositoryCount: row.repository_count ?? 0,
      trackedCount: row.tracked_count ?? 0,
      currentRunId: row.current_run_id,
    },
  };
}
