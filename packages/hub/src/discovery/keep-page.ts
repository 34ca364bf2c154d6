import type { DiscoveryPage } from '@lockkeeper/tool';
import { type Kysely, sql } from 'kysely';
import type { Database, Db } from '../db/database.ts';
import { holdRun } from './discovery-run-store.ts';
import {
  reconcileProjects,
  reconcileRepositories,
  reconcileWorkspaces,
  type Sweep,
} from './reconcile-page.ts';

export interface Keeping extends Sweep {
  readonly leaseToken: string;
  /** Calls since the last page. */
  readonly calls: number;
}

/**
 * Keeps the rows of a page, the progress it makes, and the checkpoint after it: all or nothing.
 * @returns false when the run is no longer ours, and nothing was kept
 */
export async function keepPage(db: Db, keeping: Keeping, page: DiscoveryPage): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const run = await holdRun(trx, { runId: keeping.runId, token: keeping.leaseToken });
    if (run === undefined) return false;
    const effect = await reconcile(trx, keeping, page);
    await trx
      .updateTable('discovery_runs')
      .set((eb) => ({
        checkpoint: JSON.stringify(page.checkpoint),
        calls: eb('calls', '+', keeping.calls),
        found: eb('found', '+', effect.found),
        added: eb('added', '+', effect.added),
        changed: eb('changed', '+', effect.changed),
        failures: 0,
        problem: null,
        ...(page.of === 'workspaces' && page.complete
          ? { workspaces_complete: allWorkspacesMet(run.id, page.expected ?? 0) }
          : {}),
      }))
      .where('id', '=', keeping.runId)
      .execute();
    return true;
  });
}

const allWorkspacesMet = (runId: string, expected: number) => sql<boolean>`
  (select count(*) from discovery_run_workspaces where run_id = ${runId}) >= ${expected}::integer`;

interface RunEffect {
  readonly found: number;
  readonly added: number;
  readonly changed: number;
}

const nothing: RunEffect = { found: 0, added: 0, changed: 0 };

async function reconcile(trx: Kysely<Database>, sweep: Sweep, page: DiscoveryPage): Promise<RunEffect> {
  switch (page.of) {
    case 'workspaces':
      await reconcileWorkspaces(trx, sweep, page.items);
      await planWorkspaces(trx, sweep.runId, page.items);
      return nothing;
    case 'projects': {
      const { met } = await reconcileProjects(trx, sweep, page.workspaceExternalId, page.items);
      await noteListing(trx, sweep.runId, 'projects', page, met);
      return nothing;
    }
    case 'repositories': {
      const { met, added, changed } = await reconcileRepositories(trx, sweep, page);
      await noteListing(trx, sweep.runId, 'repositories', page, met);
      return { found: met, added, changed };
    }
    case 'unreadable':
      await trx
        .updateTable('discovery_run_workspaces')
        .set({ state: 'failed', error: page.error.message })
        .where('run_id', '=', sweep.runId)
        .where('external_id', '=', page.workspaceExternalId)
        .execute();
      return nothing;
  }
}

async function planWorkspaces(
  trx: Kysely<Database>,
  runId: string,
  items: readonly { externalId: string; slug: string }[],
): Promise<void> {
  await sql`
    insert into discovery_run_workspaces (run_id, external_id, slug, state, position)
    select ${runId}, i.external_id, i.slug, 'waiting',
      i.ordinal + (select count(*) from discovery_run_workspaces where run_id = ${runId})
    from unnest(${items.map((item) => item.externalId)}::text[], ${items.map((item) => item.slug)}::text[])
      with ordinality as i (external_id, slug, ordinal)
    on conflict do nothing`.execute(trx);
}

type ContentPage = Extract<DiscoveryPage, { of: 'projects' | 'repositories' }>;

/** Progress of a listing; when its last page is in, what was met is compared with what the tool counts. */
async function noteListing(
  trx: Kysely<Database>,
  runId: string,
  listing: 'projects' | 'repositories',
  page: ContentPage,
  met: number,
): Promise<void> {
  const expected = sql.ref(`expected_${listing}`);
  const ends = listing === 'repositories' && page.complete;
  await sql`
    update discovery_run_workspaces set
      state = ${ends ? 'read' : 'reading'},
      ${sql.ref(listing)} = ${sql.ref(listing)} + ${met},
      ${expected} = coalesce(${page.expected ?? null}, ${expected}),
      ${sql.ref(`${listing}_complete`)} = ${page.complete},
      page = case when ${listing} = 'repositories' then page + 1 else page end
    where run_id = ${runId} and external_id = ${page.workspaceExternalId}`.execute(trx);
  if (!page.complete) return;
  await sql`
    update discovery_run_workspaces set error = concat_ws(' ', error,
      ${sql.ref(listing)} || ' ' || ${listing}::text || ' were found, the tool counts ' || ${expected} || '.')
    where run_id = ${runId} and external_id = ${page.workspaceExternalId}
      and ${expected} <> ${sql.ref(listing)}`.execute(trx);
}
