import { trackingPath, trackingRule } from '@lockkeeper/contract';
import type { DiscoveredProject, DiscoveredRepository, DiscoveredWorkspace } from '@lockkeeper/tool';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { readPatterns } from './tracking-store.ts';

/** Which sweep these rows were met by, and when. */
export interface Sweep {
  readonly runId: string;
  readonly toolId: string;
  readonly now: Date;
}

/** What a page of a listing brought. `met` counts rows that this sweep had not met before. */
export interface PageEffect {
  readonly met: number;
  readonly added: number;
  readonly changed: number;
}

/** Follows renames: the row is found by the tool's own id, and takes the name it has now. */
export async function reconcileWorkspaces(
  trx: Kysely<Database>,
  { runId, toolId, now }: Sweep,
  items: readonly DiscoveredWorkspace[],
): Promise<void> {
  if (items.length === 0) return;
  const rows = items.map((item) => ({
    id: newId('workspace'),
    external_id: item.externalId,
    slug: item.slug,
    name: item.name ?? null,
    administrator: item.administrator ?? false,
  }));
  await sql`
    insert into workspaces (id, tool_id, external_id, slug, name, administrator, first_seen_at, seen_run_id)
    select distinct on (i.external_id) i.id, ${toolId}, i.external_id, i.slug, i.name, i.administrator, ${now}, ${runId}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as i (id text, external_id text, slug text, name text, administrator boolean)
    on conflict (tool_id, external_id) do update set
      slug = excluded.slug,
      -- the listing tells no name; what a repository told stays
      name = coalesce(excluded.name, workspaces.name),
      administrator = excluded.administrator,
      seen_run_id = excluded.seen_run_id,
      gone_at = null`.execute(trx);
}

export async function reconcileProjects(
  trx: Kysely<Database>,
  { runId, toolId, now }: Sweep,
  workspaceExternalId: string,
  items: readonly DiscoveredProject[],
): Promise<PageEffect> {
  const workspace = await findWorkspace(trx, toolId, workspaceExternalId);
  if (workspace === undefined || items.length === 0) return { met: 0, added: 0, changed: 0 };
  const before = await trx
    .selectFrom('projects')
    .select(['external_id', 'seen_run_id'])
    .where('tool_id', '=', toolId)
    .where(sql<boolean>`external_id = any(${items.map((item) => item.externalId)}::text[])`)
    .execute();
  const metBefore = new Set(before.filter((row) => row.seen_run_id === runId).map((row) => row.external_id));
  const rows = items.map((item) => ({
    id: newId('project'),
    external_id: item.externalId,
    key: item.key,
    name: item.name,
    private: item.isPrivate,
    web_url: item.url ?? null,
  }));
  await sql`
    insert into projects
      (id, tool_id, workspace_id, external_id, key, name, private, web_url, first_seen_at, seen_run_id)
    select distinct on (i.external_id)
      i.id, ${toolId}, ${workspace.id}, i.external_id, i.key, i.name, i.private, i.web_url, ${now}, ${runId}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as i (id text, external_id text, key text, name text, private boolean, web_url text)
    on conflict (tool_id, external_id) do update set
      workspace_id = excluded.workspace_id,
      key = excluded.key,
      name = excluded.name,
      private = excluded.private,
      web_url = excluded.web_url,
      seen_run_id = excluded.seen_run_id,
      gone_at = null`.execute(trx);
  const distinct = new Set(items.map((item) => item.externalId));
  return { met: [...distinct].filter((id) => !metBefore.has(id)).length, added: 0, changed: 0 };
}

export async function reconcileRepositories(
  trx: Kysely<Database>,
  { runId, toolId, now }: Sweep,
  listing: { workspaceExternalId: string; workspaceName?: string; items: readonly DiscoveredRepository[] },
): Promise<PageEffect> {
  const workspace = await findWorkspace(trx, toolId, listing.workspaceExternalId);
  const patterns = await readPatterns(trx, toolId);
  if (workspace === undefined || patterns === undefined) return { met: 0, added: 0, changed: 0 };
  if (listing.workspaceName !== undefined && listing.workspaceName !== workspace.name) {
    await trx
      .updateTable('workspaces')
      .set({ name: listing.workspaceName })
      .where('id', '=', workspace.id)
      .execute();
  }
  // A tool that repeats a row on one page would otherwise have it both inserted and updated by one statement.
  const items = [...new Map(listing.items.map((item) => [item.externalId, item])).values()];
  if (items.length === 0) return { met: 0, added: 0, changed: 0 };
  const known = await knownRepositories(trx, toolId, items);
  const projects = await knownProjects(trx, toolId, items);
  const decide = trackingRule(patterns);

  let added = 0;
  let changed = 0;
  let met = 0;
  const rows = items.map((item) => {
    const before = known.get(item.externalId);
    const project = projects.get(item.projectExternalId ?? '');
    const decision = decide({
      path: trackingPath(workspace.slug, project?.key ?? null, item.slug),
      choices: [before?.choice ?? null, project?.choice ?? null, workspace.choice],
    });
    const facts = {
      workspace_id: workspace.id,
      project_id: project?.id ?? null,
      slug: item.slug,
      full_name: `${workspace.slug}/${item.slug}`,
      name: item.name,
      description: item.description,
      private: item.isPrivate,
      main_branch: item.mainBranch ?? null,
      language: item.language ?? null,
      size_bytes: item.sizeBytes ?? null,
      web_url: item.url ?? null,
      updated_at: (item.updatedAt ?? item.createdAt ?? before?.updated_at ?? now).toISOString(),
    };
    if (before?.seen_run_id !== runId) {
      met += 1;
      if (before === undefined || before.gone_at !== null) added += 1;
      else if (differs(before, facts)) changed += 1;
    }
    return {
      id: newId('repository'),
      external_id: item.externalId,
      ...facts,
      tracked: decision.tracked,
      tracking_reason: decision.reason,
    };
  });

  await sql`
    insert into repositories (
      id, tool_id, external_id, workspace_id, project_id, slug, full_name, name, description, private, main_branch,
      language, size_bytes, web_url, updated_at, tracked, tracking_reason, first_seen_at, seen_run_id
    )
    select i.id, ${toolId}, i.external_id, i.workspace_id, i.project_id, i.slug, i.full_name, i.name, i.description,
      i.private, i.main_branch, i.language, i.size_bytes, i.web_url, i.updated_at, i.tracked, i.tracking_reason,
      ${now}, ${runId}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as i (
      id text, external_id text, workspace_id text, project_id text, slug text, full_name text, name text,
      description text, private boolean, main_branch text, language text, size_bytes bigint, web_url text,
      updated_at timestamptz, tracked boolean, tracking_reason text
    )
    on conflict (tool_id, external_id) do update set
      workspace_id = excluded.workspace_id,
      project_id = excluded.project_id,
      slug = excluded.slug,
      full_name = excluded.full_name,
      name = excluded.name,
      description = excluded.description,
      private = excluded.private,
      main_branch = excluded.main_branch,
      language = excluded.language,
      size_bytes = excluded.size_bytes,
      web_url = excluded.web_url,
      updated_at = excluded.updated_at,
      tracked = excluded.tracked,
      tracking_reason = excluded.tracking_reason,
      seen_run_id = excluded.seen_run_id,
      gone_at = null`.execute(trx);
  return { met, added, changed };
}

function findWorkspace(trx: Kysely<Database>, toolId: string, externalId: string) {
  return trx
    .selectFrom('workspaces')
    .select(['id', 'slug', 'name', 'choice'])
    .where('tool_id', '=', toolId)
    .where('external_id', '=', externalId)
    .executeTakeFirst();
}

async function knownRepositories(
  trx: Kysely<Database>,
  toolId: string,
  items: readonly DiscoveredRepository[],
) {
  const rows = await trx
    .selectFrom('repositories')
    .selectAll()
    .where('tool_id', '=', toolId)
    .where(sql<boolean>`external_id = any(${items.map((item) => item.externalId)}::text[])`)
    .execute();
  return new Map(rows.map((row) => [row.external_id, row]));
}

async function knownProjects(trx: Kysely<Database>, toolId: string, items: readonly DiscoveredRepository[]) {
  const externalIds = items.flatMap((item) => item.projectExternalId ?? []);
  const rows = await trx
    .selectFrom('projects')
    .select(['id', 'external_id', 'key', 'choice'])
    .where('tool_id', '=', toolId)
    .where(sql<boolean>`external_id = any(${externalIds}::text[])`)
    .execute();
  return new Map(rows.map((row) => [row.external_id, row]));
}

function differs(
  before: Readonly<Record<string, unknown>>,
  facts: Readonly<Record<string, unknown>>,
): boolean {
  return Object.entries(facts).some(([column, value]) => {
    const old = before[column];
    return (old instanceof Date ? old.toISOString() : old) !== value;
  });
}
