import { eventually } from '@lockkeeper/testing';
import { sql } from 'kysely';
import type { World } from './world.ts';

/** Far longer than it takes; only a run that hangs gets there. */
const PATIENCE_MS = 120_000;

/**
 * After the last blow: every instance ends in good order, the leases of dead ones end (as time would do it), and one
 * instance that starts anew finds out what has become of every token.
 */
export async function settle({ database: { db }, instances, provider }: World): Promise<void> {
  await eventually(() => {
    if (!provider.isReady) throw new Error('the provider is away');
  }, PATIENCE_MS);
  await eventually(() => sql`select 1`.execute(db), PATIENCE_MS);
  await Promise.all(instances.map((instance) => instance.close('SIGTERM')));
  // Everything that can be refreshed is due now. What Bitbucket's template waits 15 minutes for is left to it.
  await sql`
    update tokens set lease_until = case when lease_id is null then null else clock_timestamp() - interval '1 ms' end,
      refresh_at = clock_timestamp(), retry_at = null
    where state in ('available', 'refreshing', 'uncertain')
  `.execute(db);
  await sql`
    update revoked_tokens set retry_at = clock_timestamp(),
      lease_until = case when lease_until is null then null else clock_timestamp() - interval '1 ms' end
    where state = 'pending'
  `.execute(db);
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db);
  const sinceMs = rows[0]?.now.getTime() ?? 0;
  const [instance] = instances;
  if (instance === undefined) throw new Error('no instance');
  instance.start();
  await eventually(async () => {
    const open = await db
      .selectFrom('tokens')
      .select(['credential_id', 'state', 'refusals'])
      .where('state', 'in', ['available', 'refreshing', 'uncertain'])
      .where((where) =>
        where.or([where('last_refresh_at', 'is', null), where('last_refresh_at', '<', new Date(sinceMs))]),
      )
      .where('refusals', '=', 0)
      .execute();
    const pending = await db
      .selectFrom('revoked_tokens')
      .select('id')
      .where('state', '=', 'pending')
      .execute();
    open.push(...pending.map(({ id }) => ({ credential_id: id, state: 'refreshing' as const, refusals: 0 })));
    if (open.length > 0) throw new Error(`not settled: ${JSON.stringify(open)}`);
  }, PATIENCE_MS);
  await instance.close('SIGTERM');
}
