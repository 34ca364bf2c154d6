import type { FieldProblem } from '@lockkeeper/contract';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/database.ts';
import type { ToolValues } from './tool-store.ts';

/** The records a tool points at must exist. @returns a problem for each field that names one that does not */
export async function missingReferences(trx: Kysely<Database>, values: ToolValues): Promise<FieldProblem[]> {
  const { rows } = await sql<{ credential: boolean; mid_server: boolean }>`
    select exists (select from credentials where id = ${values.credentialId}) as credential,
      ${values.midServerId}::text is null
        or exists (select from mid_servers where id = ${values.midServerId}) as mid_server`.execute(trx);
  const problems: FieldProblem[] = [];
  if (rows[0]?.credential !== true) problems.push(unknown('credentialId'));
  if (rows[0]?.mid_server !== true) problems.push(unknown('midServerId'));
  return problems;
}

function unknown(field: string): FieldProblem {
  return { field, code: 'unknown', message: 'does not exist' };
}
