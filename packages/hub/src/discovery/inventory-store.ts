import {
  type Page,
  type Project,
  project,
  type Repository,
  repository,
  type Workspace,
  workspace,
} from '@lockkeeper/contract';
import { type Selectable, sql } from 'kysely';
import type { Db } from '../db/database.ts';
import type { ProjectRow, RepositoryRow, WorkspaceRow } from '../db/tables/discovery.ts';
import { containing, fetchPage, type PageRequest } from '../http/page.ts';

/** List parameters; `gone` asks for tombstones only, and without it there are none. */
export type InventoryRequest<Filter> = PageRequest & {
  q?: string | undefined;
  gone?: boolean | undefined;
} & {
  [Key in keyof Filter]?: Filter[Key] | undefined;
};

export async function pageOfWorkspaces(
  db: Db,
  { q, gone = false, toolId, ...request }: InventoryRequest<{ toolId: string }>,
): Promise<Page<Workspace>> {
  const repositoryCount = sql<number>`(select count(*) from repositories r where r.workspace_id = w.id and r.gone_at is null)`;
  let query = db
    .selectFrom('workspaces as w')
    .selectAll('w')
    .select([
      sql<number>`(select count(*) from projects p where p.workspace_id = w.id and p.gone_at is null)`.as(
        'project_count',
      ),
      repositoryCount.as('repository_count'),
      sql<number>`(select count(*) from repositories r
        where r.workspace_id = w.id and r.gone_at is null and r.tracked)`.as('tracked_count'),
    ])
    .where('w.gone_at', gone ? 'is not' : 'is', null);
  if (toolId !== undefined) query = query.where('w.tool_id', '=', toolId);
  if (q) {
    query = query.where((eb) =>
      eb.or([eb('w.slug', 'ilike', containing(q)), eb('w.name', 'ilike', containing(q))]),
    );
  }
  const page = await fetchPage(
    query,
    { sortable: { slug: sql.ref('w.slug'), repositoryCount }, id: sql.ref<string>('w.id') },
    request,
  );
  return { ...page, items: page.items.map(toWorkspace) };
}

export async function pageOfProjects(
  db: Db,
  {
    q,
    gone = false,
    toolId,
    workspaceId,
    ...request
  }: InventoryRequest<{ toolId: string; workspaceId: string }>,
): Promise<Page<Project>> {
  let query = db
    .selectFrom('projects as p')
    .innerJoin('workspaces as w', 'w.id', 'p.workspace_id')
    .selectAll('p')
    .select([
      'w.slug as workspace_slug',
      sql<number>`(select count(*) from repositories r where r.project_id = p.id and r.gone_at is null)`.as(
        'repository_count',
      ),
      sql<number>`(select count(*) from repositories r
        where r.project_id = p.id and r.gone_at is null and r.tracked)`.as('tracked_count'),
    ])
    .where('p.gone_at', gone ? 'is not' : 'is', null);
  if (toolId !== undefined) query = query.where('p.tool_id', '=', toolId);
  if (workspaceId !== undefined) query = query.where('p.workspace_id', '=', workspaceId);
  if (q) {
    query = query.where((eb) =>
      eb.or([eb('p.name', 'ilike', containing(q)), eb('p.key', 'ilike', containing(q))]),
    );
  }
  const page = await fetchPage(
    query,
    { sortable: { key: sql.ref('p.key'), name: sql.ref('p.name') }, id: sql.ref<string>('p.id') },
    request,
  );
  return { ...page, items: page.items.map(toProject) };
}

function repositoriesWithPlace(db: Db) {
  return db
    .selectFrom('repositories as r')
    .innerJoin('tools as t', 't.id', 'r.tool_id')
    .innerJoin('workspaces as w', 'w.id', 'r.workspace_id')
    .leftJoin('projects as p', 'p.id', 'r.project_id')
    .selectAll('r')
    .select(['t.name as tool_name', 'w.slug as workspace_slug', 'p.key as project_key']);
}

export async function pageOfRepositories(
  db: Db,
  {
    q,
    gone = false,
    toolId,
    workspaceId,
    projectId,
    tracked,
    ...request
  }: InventoryRequest<{ toolId: string; workspaceId: string; projectId: string; tracked: boolean }>,
): Promise<Page<Repository>> {
  let query = repositoriesWithPlace(db).where('r.gone_at', gone ? 'is not' : 'is', null);
  if (toolId !== undefined) query = query.where('r.tool_id', '=', toolId);
  if (workspaceId !== undefined) query = query.where('r.workspace_id', '=', workspaceId);
  if (projectId !== undefined) query = query.where('r.project_id', '=', projectId);
  if (tracked !== undefined) query = query.where('r.tracked', '=', tracked);
  if (q) {
    query = query.where((eb) =>
      eb.or([eb('r.full_name', 'ilike', containing(q)), eb('r.name', 'ilike', containing(q))]),
    );
  }
  const page = await fetchPage(
    query,
    {
      sortable: {
        fullName: sql.ref('r.full_name'),
        name: sql.ref('r.name'),
        updatedAt: sql.ref('r.updated_at'),
        sizeBytes: sql`coalesce(r.size_bytes, 0)`,
        firstSeenAt: sql.ref('r.first_seen_at'),
      },
      id: sql.ref<string>('r.id'),
    },
    request,
  );
  return { ...page, items: page.items.map(toRepository) };
}

export async function findRepository(db: Db, id: string): Promise<Repository | undefined> {
  const row = await repositoriesWithPlace(db).where('r.id', '=', id).executeTakeFirst();
  return row && toRepository(row);
}

function toWorkspace(
  row: Selectable<WorkspaceRow> & { project_count: number; repository_count: number; tracked_count: number },
): Workspace {
  return workspace.parse({
    id: row.id,
    toolId: row.tool_id,
    uuid: row.external_id,
    slug: row.slug,
    name: row.name,
    administrator: row.administrator,
    choice: row.choice,
    projectCount: row.project_count,
    repositoryCount: row.repository_count,
    trackedCount: row.tracked_count,
    goneAt: row.gone_at?.toISOString() ?? null,
  });
}

function toProject(
  row: Selectable<ProjectRow> & { workspace_slug: string; repository_count: number; tracked_count: number },
): Project {
  return project.parse({
    id: row.id,
    toolId: row.tool_id,
    workspaceId: row.workspace_id,
    workspaceSlug: row.workspace_slug,
    uuid: row.external_id,
    key: row.key,
    name: row.name,
    private: row.private,
    choice: row.choice,
    repositoryCount: row.repository_count,
    trackedCount: row.tracked_count,
    goneAt: row.gone_at?.toISOString() ?? null,
  });
}

function toRepository(
  row: Selectable<RepositoryRow> & { tool_name: string; workspace_slug: string; project_key: string | null },
): Repository {
  return repository.parse({
    id: row.id,
    toolId: row.tool_id,
    toolName: row.tool_name,
    workspaceId: row.workspace_id,
    workspaceSlug: row.workspace_slug,
    projectId: row.project_id,
    projectKey: row.project_key,
    uuid: row.external_id,
    slug: row.slug,
    fullName: row.full_name,
    name: row.name,
    description: row.description,
    private: row.private,
    mainBranch: row.main_branch,
    language: row.language,
    sizeBytes: row.size_bytes,
    webUrl: row.web_url,
    updatedAt: row.updated_at.toISOString(),
    choice: row.choice,
    tracked: row.tracked,
    trackingReason: row.tracking_reason,
    firstSeenAt: row.first_seen_at.toISOString(),
    goneAt: row.gone_at?.toISOString() ?? null,
  });
}
