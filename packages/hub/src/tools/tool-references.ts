import type { FieldProblem } from '@lockkeeper/contract';
import type { ToolDefinition } from '@lockkeeper/tool';
import type { Kysely } from 'kysely';
import type { Database } from '../db/database.ts';
import type { ToolValues } from './tool-store.ts';

/**
 * The records a tool points at must exist, and its credential must be one of its vendor: another provider's token is
 * nothing to show there.
 * @returns a problem for each field that names another record
 */
export async function referenceProblems(
  trx: Kysely<Database>,
  definition: ToolDefinition,
  values: ToolValues,
): Promise<FieldProblem[]> {
  const problems: FieldProblem[] = [];
  const credential = await trx
    .selectFrom('credentials')
    .innerJoin('oauth_entity_profiles as profile', 'profile.id', 'credentials.profile_id')
    .innerJoin('application_registries as registry', 'registry.id', 'profile.application_registry_id')
    .select(['registry.name', 'registry.template'])
    .where('credentials.id', '=', values.credentialId)
    .executeTakeFirst();
  if (credential === undefined) problems.push(unknown('credentialId'));
  else if (credential.template !== definition.providerKey) {
    problems.push({
      field: 'credentialId',
      code: 'other_provider',
      message: `is for another provider: its Application Registry ${credential.name} is none of ${definition.label}`,
    });
  }
  if (values.midServerId === null) return problems;
  const midServer = await trx
    .selectFrom('mid_servers')
    .select('id')
    .where('id', '=', values.midServerId)
    .executeTakeFirst();
  if (midServer === undefined) problems.push(unknown('midServerId'));
  return problems;
}

function unknown(field: string): FieldProblem {
  return { field, code: 'unknown', message: 'does not exist' };
}
