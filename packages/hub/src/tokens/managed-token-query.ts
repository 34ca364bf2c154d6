import type { ManagedTokenFilter } from '@lockkeeper/contract';
import { type Kysely, type SqlBool, sql } from 'kysely';
import type { Database } from '../db/database.ts';
import { containing } from '../http/page.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The last use or, without any since, the grant. */
export const unusedSince = sql<Date>`greatest(token.last_used_at, token.granted_at)`;
/** When it ends unless somebody acts or uses it. */
export const endsAt = sql<Date | null>`coalesce(token.refresh_token_expires_at, token.expires_at)`;

/** Tokens with the records around them, as far as a filter needs them. */
export function tokensMatching(db: Kysely<Database>, filter: ManagedTokenFilter, now: Date) {
  let query = db
    .selectFrom('tokens as token')
    .innerJoin('credentials as credential', 'credential.id', 'token.credential_id')
    .innerJoin('oauth_entity_profiles as profile', 'profile.id', 'credential.profile_id')
    .innerJoin('application_registries as registry', 'registry.id', 'profile.application_registry_id');
  if (filter.q) query = query.where('credential.name', 'ilike', containing(filter.q));
  if (filter.state !== undefined) query = query.where('token.state', '=', filter.state);
  if (filter.credentialId !== undefined) query = query.where('credential.id', '=', filter.credentialId);
  if (filter.applicationRegistryId !== undefined) {
    query = query.where('registry.id', '=', filter.applicationRegistryId);
  }
  if (filter.unusedForDays !== undefined) {
    const before = new Date(now.getTime() - filter.unusedForDays * DAY_MS);
    query = query.where('token.state', '<>', 'revoked').where(sql<SqlBool>`${unusedSince} < ${before}`);
  }
  if (filter.expiresWithinDays !== undefined) {
    const until = new Date(now.getTime() + filter.expiresWithinDays * DAY_MS);
    query = query.where('token.state', '<>', 'revoked').where(sql<SqlBool>`${endsAt} <= ${until}`);
  }
  return query;
}
