import type { Page, ProviderRevocationState, TokenRevocation, TokensToRevoke } from '@lockkeeper/contract';
import { type Kysely, type Selectable, type SqlBool, sql } from 'kysely';
import type { Database, Db } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { TokensTables } from '../db/tables/tokens.ts';
import { containing, fetchPage, type PageRequest } from '../http/page.ts';
import { tokensMatching } from './managed-token-query.ts';
import type { SealedTokens } from './token-rotation.ts';

export type RevokedTokenRow = Selectable<TokensTables['revoked_tokens']>;
export type RevocationRow = Selectable<TokensTables['token_revocations']> & { counts: unknown };
export type Reason = TokenRevocation['reason'];

/** A token that has just ended here. */
export interface EndedToken {
  readonly itemId: string;
  readonly credentialId: string;
  readonly credentialName: string;
}

export interface RevocationDraft {
  readonly id: string;
  readonly reason: Reason;
  readonly at: Date;
  readonly by: unknown;
}

/** SQL of revocations: what ends here at once, and what becomes of it. */
export interface RevocationStore {
  /**
   * Ends the tokens here, all of them or none, and puts what they held into the queue of their provider. Without a key:
   * sealed values are moved as they are.
   */
  endTokens(which: TokensToRevoke, draft: RevocationDraft, trx: Kysely<Database>): Promise<EndedToken[]>;
  /** The same for what a refresh brought after its token had ended here. @returns false when it was not revoked here */
  queueLate(
    tokenId: string,
    version: number,
    sealed: SealedTokens,
    draft: RevocationDraft,
    trx: Kysely<Database>,
  ): Promise<boolean>;
  find(id: string): Promise<RevocationRow | undefined>;
  /** `q` is in the name of a credential. */
  list(request: PageRequest & { q?: string | undefined }): Promise<Page<RevocationRow>>;
  listTokens(
    revocationId: string,
    request: PageRequest & { q?: string | undefined; provider?: ProviderRevocationState | undefined },
  ): Promise<Page<RevokedTokenRow>>;
  findToken(itemId: string): Promise<RevokedTokenRow | undefined>;
  /** Failed ones of which something is left to send are due again, on their credential's way of now. @returns how many */
  requeueFailed(revocationId: string, now: Date, trx: Kysely<Database>): Promise<number>;
}

export const nothingHeld = {
  access_token_sealed: null,
  access_token_version: null,
  refresh_token_sealed: null,
  refresh_token_version: null,
};
/** To which of them a credential applies; null stands for all. */
const midServersOf = sql`case when credential.applies_to <> 'all' then array(
  select mid_server_id from credential_mid_servers as named where named.credential_id = credential.id) end`;
const counts = sql<unknown>`(
  select jsonb_build_object(
    'total', count(*), 'pending', count(*) filter (where state = 'pending'),
    'revoked', count(*) filter (where state = 'revoked'), 'localOnly', count(*) filter (where state = 'local_only'),
    'failed', count(*) filter (where state = 'failed'))
  from revoked_tokens where revocation_id = token_revocations.id
)`;

export function createRevocationStore(db: Db): RevocationStore {
  return {
    async endTokens(which, draft, trx) {
      const filter = which.which === 'matching' ? which.filter : {};
      let query = tokensMatching(trx, filter, draft.at)
        .select(['token.id as id', 'credential.id as credentialId', 'credential.name as credentialName'])
        .where('token.state', '<>', 'revoked');
      if (which.which === 'chosen') query = query.where('token.id', 'in', [...new Set(which.tokenIds)]);
      // In one order everywhere, so that two such steps wait for each other instead of for ever.
      const tokens = await query.orderBy('token.id').forUpdate('token').execute();
      if (tokens.length === 0) return [];
      await insertDraft(draft, trx);
      const ended = tokens.map((token) => ({ ...token, itemId: newId('revokedToken') }));
      await queueTokens(ended, draft, trx);
      await endHere(
        ended.map(({ id }) => id),
        draft.at,
        trx,
      );
      return ended;
    },
    async queueLate(tokenId, version, sealed, draft, trx) {
      // Its row may be gone with its credential; what is known of it then is in the revocation that ended it.
      const ended = await trx
        .selectFrom('revoked_tokens')
        .selectAll()
        .where('token_id', '=', tokenId)
        .orderBy('created_at', 'desc')
        .limit(1)
        .executeTakeFirst();
      const current = await trx
        .selectFrom('tokens')
        .select('state')
        .where('id', '=', tokenId)
        .executeTakeFirst();
      if (ended === undefined || (current !== undefined && current.state !== 'revoked')) return false;
      await insertDraft(draft, trx);
      const offers = await trx
        .selectFrom('application_registries')
        .select('id')
        .where('id', '=', ended.registry_id)
        .where('token_revocation_url', 'is not', null)
        .executeTakeFirst();
      const facts = {
        connect_via_mid_server: ended.connect_via_mid_server,
        mid_server_ids: ended.mid_server_ids,
        id: newId('revokedToken'),
        revocation_id: draft.id,
        token_id: tokenId,
        credential_id: ended.credential_id,
        credential_name: ended.credential_name,
        registry_id: ended.registry_id,
        registry_name: ended.registry_name,
        template: ended.template,
        created_at: draft.at,
      };
      const row =
        offers === undefined
          ? { ...facts, ...nothingHeld, state: 'local_only' as const, retry_at: null, finished_at: draft.at }
          : {
              ...facts,
              state: 'pending' as const,
              access_token_sealed: sealed.accessToken.sealed,
              access_token_version: version,
              access_token_expires_at: sealed.expiresAt,
              refresh_token_sealed: sealed.refreshToken?.sealed ?? null,
              refresh_token_version: sealed.refreshToken?.version ?? null,
              retry_at: draft.at,
              finished_at: null,
            };
      await trx.insertInto('revoked_tokens').values(row).execute();
      return true;
    },
    find: (id) =>
      db
        .selectFrom('token_revocations')
        .selectAll()
        .select(counts.as('counts'))
        .where('id', '=', id)
        .executeTakeFirst(),
    list({ q, ...request }) {
      let query = db.selectFrom('token_revocations').selectAll().select(counts.as('counts'));
      if (q) {
        query = query.where((where) =>
          where.exists(
            where
              .selectFrom('revoked_tokens')
              .select('revoked_tokens.id')
              .whereRef('revoked_tokens.revocation_id', '=', 'token_revocations.id')
              .where('credential_name', 'ilike', containing(q)),
          ),
        );
      }
      const sortable = { createdAt: sql.ref('created_at') };
      return fetchPage(query, { sortable, id: sql.ref<string>('id') }, request);
    },
    listTokens(revocationId, { q, provider, ...request }) {
      let query = db.selectFrom('revoked_tokens').selectAll().where('revocation_id', '=', revocationId);
      if (q) query = query.where('credential_name', 'ilike', containing(q));
      if (provider !== undefined) query = query.where('state', '=', provider);
      const sortable = {
        name: sql`lower(credential_name)`,
        // What somebody has to look at comes first.
        provider: sql`array_position(array['failed', 'local_only', 'pending', 'revoked'], state)`,
      };
      return fetchPage(query, { sortable, id: sql.ref<string>('id') }, request);
    },
    findToken: (itemId) =>
      db.selectFrom('revoked_tokens').selectAll().where('id', '=', itemId).executeTakeFirst(),
    async requeueFailed(revocationId, now, trx) {
      const { numAffectedRows = 0n } = await sql`
        update revoked_tokens as item set
          state = 'pending', retry_at = ${now}::timestamptz, finished_at = null, lease_until = null,
          -- Perhaps that is what was mended.
          connect_via_mid_server = coalesce(credential.connect_via_mid_server, item.connect_via_mid_server),
          mid_server_ids = case when credential.id is null then item.mid_server_ids else ${midServersOf} end
        from revoked_tokens as failed left join credentials as credential on credential.id = failed.credential_id
        where item.id = failed.id and failed.revocation_id = ${revocationId} and failed.state = 'failed'
          and coalesce(failed.refresh_token_sealed, failed.access_token_sealed) is not null`.execute(trx);
      return Number(numAffectedRows);
    },
  };
}

async function insertDraft({ id, reason, at, by }: RevocationDraft, trx: Kysely<Database>): Promise<void> {
  await trx
    .insertInto('token_revocations')
    .values({ id, reason, created_at: at, created_by: JSON.stringify(by) })
    .execute();
}

/** Without a revocation endpoint there is nobody to tell, so nothing is kept. */
async function queueTokens(
  ended: readonly { id: string; itemId: string }[],
  draft: RevocationDraft,
  trx: Kysely<Database>,
): Promise<void> {
  const kept = (column: string) => sql`case when told.is_possible then token.${sql.ref(column)} end`;
  await sql`
    insert into revoked_tokens (
      id, revocation_id, token_id, credential_id, credential_name, registry_id, registry_name, template, state,
      access_token_sealed, access_token_version, access_token_expires_at, refresh_token_sealed, refresh_token_version,
      connect_via_mid_server, mid_server_ids, retry_at, created_at, finished_at)
    select item.id, ${draft.id}, token.id, credential.id, credential.name, registry.id, registry.name, registry.template,
      case when told.is_possible then 'pending' else 'local_only' end,
      ${kept('access_token_sealed')}, ${kept('access_token_version')}, token.expires_at,
      ${kept('refresh_token_sealed')}, ${kept('refresh_token_version')},
      credential.connect_via_mid_server, ${midServersOf},
      case when told.is_possible then ${draft.at}::timestamptz end, ${draft.at},
      case when not told.is_possible then ${draft.at}::timestamptz end
    from unnest(${ended.map(({ itemId }) => itemId)}::text[], ${ended.map(({ id }) => id)}::text[]) as item (id, token_id)
      join tokens as token on token.id = item.token_id
      join credentials as credential on credential.id = token.credential_id
      join oauth_entity_profiles as profile on profile.id = credential.profile_id
      join application_registries as registry on registry.id = profile.application_registry_id
      cross join lateral (
        select registry.token_revocation_url is not null
          and coalesce(token.refresh_token_sealed, token.access_token_sealed) is not null as is_possible
      ) as told`.execute(trx);
}

async function endHere(ids: readonly string[], at: Date, trx: Kysely<Database>): Promise<void> {
  await trx
    .updateTable('tokens')
    .set({
      state: 'revoked',
      version: sql<number>`version + 1`,
      ...nothingHeld,
      refresh_at: null,
      refresh_token_expires_at: null,
      lapses_at: null,
      lapses_since: null,
      lease_id: null,
      lease_until: null,
      lease_sent_at: null,
      unknown_outcomes: 0,
      refusals: 0,
      first_refused_at: null,
      failures: 0,
      retry_at: null,
      problem: null,
      updated_at: at,
    })
    .where(sql<SqlBool>`id = any(${[...ids]}::text[])`)
    .execute();
}
