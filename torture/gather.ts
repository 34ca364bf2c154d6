import type { Executioner } from './executioner.ts';
import type { Operation } from './load/operation.ts';
import { readTokenHistory } from './token-history.ts';
import type { Evidence } from './verdict/evidence.ts';
import type { World } from './world.ts';

/** Collects everything there is to judge. */
export async function gather(
  world: World,
  executioner: Executioner,
  operations: readonly Operation[],
): Promise<Evidence> {
  const { db } = world.database;
  world.providerLog.read();
  const entries = await db
    .selectFrom('audit_entries')
    .select(['id', 'action', 'subject_id', 'subject_name', 'request_id', 'after'])
    .orderBy('sequence')
    .execute();
  const tokens = await db.selectFrom('tokens').select(['credential_id', 'version', 'state']).execute();
  const credentials = await db.selectFrom('credentials').select(['id', 'name', 'sort_order']).execute();
  return {
    operations,
    truth: world.providerLog.truth,
    history: await readTokenHistory(db, world.masterKey),
    audit: entries.map(({ id, action, after, ...entry }) => ({
      id,
      action,
      after,
      subjectId: entry.subject_id,
      subjectName: entry.subject_name,
      requestId: entry.request_id,
    })),
    credentials: credentials.map(({ id, name, sort_order: order }) => ({ id, name, order })),
    tokens: tokens.map(({ credential_id: credentialId, ...rest }) => ({ credentialId, ...rest })),
    enrolments: await db.selectFrom('mid_enrolment_tokens').select(['id', 'name']).execute(),
    instances: world.instances.flatMap(({ lives }) => lives),
    providers: world.provider.lives,
    outages: executioner.outages,
    endedAtMs: Date.now(),
  };
}
