import type { FieldProblem } from '@lockkeeper/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../db/database.ts';
import type { ToolValues } from './tool-store.ts';

/** The records a tool points at must exist. @returns a problem for each field that names one that does not */
export async function missingReferences(trx: Kysely<Database>, values: ToolValues): Promise<FieldProblem[]> {
  const problems: FieldProblem[] = [];
  const credential = await trx
    .selectFrom('credentials')
    .select('id')
    .where('id', '=', values.credentialId)
    .executeTakeFirst();
  if (credential === undefined) problems.push(unknown('credentialId'));
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
