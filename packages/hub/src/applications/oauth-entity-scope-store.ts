import {
  actorRef,
  applicationRegistryId,
  type OAuthEntityScope,
  type OAuthEntityScopeCreate,
  oauthEntityScopeId,
  type Page,
} from '@lockkeeper/contract';
import { type Kysely, sql } from 'kysely';
import type { Database, Db } from '../db/database.ts';
import type { Caller } from '../http/caller.ts';
import { containing, fetchPage, type PageRequest } from '../http/page.ts';

export interface ScopeFilter extends PageRequest {
  q?: string | undefined;
  applicationRegistryId?: string | undefined;
}

/** SQL of OAuth Entity Scopes. */
export interface OAuthEntityScopeStore {
  find(id: string): Promise<OAuthEntityScope | undefined>;
  list(filter: ScopeFilter): Promise<Page<OAuthEntityScope>>;
  /** All of a registry. */
  listOf(registryId: string, connection?: Kysely<Database>): Promise<OAuthEntityScope[]>;
  insert(
    scope: OAuthEntityScopeCreate & { id: string; createdAt: Date },
    caller: Caller,
    trx: Kysely<Database>,
  ): Promise<void>;
  update(
    id: string,
    changes: { name?: string | undefined; scope?: string | undefined },
    now: Date,
    trx: Kysely<Database>,
  ): Promise<void>;
  delete(id: string, trx: Kysely<Database>): Promise<void>;
  /** Profiles that ask for it. */
  listProfileNames(id: string): Promise<string[]>;
}

function scopeQuery(db: Kysely<Database>) {
  return db
    .selectFrom('oauth_entity_scopes as scope')
    .innerJoin('application_registries as registry', 'registry.id', 'scope.application_registry_id')
    .selectAll('scope')
    .select('registry.name as registry_name');
}

type ScopeRow = Awaited<ReturnType<ReturnType<typeof scopeQuery>['executeTakeFirstOrThrow']>>;

function scopeOf(row: ScopeRow): OAuthEntityScope {
  return {
    id: oauthEntityScopeId.parse(row.id),
    name: row.name,
    applicationRegistryId: applicationRegistryId.parse(row.application_registry_id),
    applicationRegistryName: row.registry_name,
    scope: row.scope,
    createdAt: row.created_at.toISOString(),
    createdBy: actorRef.parse(row.created_by),
    updatedAt: row.updated_at.toISOString(),
    version: row.version,
  };
}

export function createOAuthEntityScopeStore(db: Db): OAuthEntityScopeStore {
  return {
    async find(id) {
      const row = await scopeQuery(db).where('scope.id', '=', id).executeTakeFirst();
      return row && scopeOf(row);
    },
    async listOf(registryId, connection = db) {
      const rows = await scopeQuery(connection)
        .where('scope.application_registry_id', '=', registryId)
        .execute();
      return rows.map(scopeOf);
    },
    async list(filter) {
      let query = scopeQuery(db);
      if (filter.q) query = query.where('scope.name', 'ilike', containing(filter.q));
      if (filter.applicationRegistryId !== undefined) {
        query = query.where('scope.application_registry_id', '=', filter.applicationRegistryId);
      }
      const sortable = {
        name: sql`lower(scope.name)`,
        scope: sql`scope.scope`,
        createdAt: sql`scope.created_at`,
      };
      const page = await fetchPage(query, { sortable, id: sql<string>`scope.id` }, filter);
      return { ...page, items: page.items.map(scopeOf) };
    },
    async insert(scope, caller, trx) {
      await trx
        .insertInto('oauth_entity_scopes')
        .values({
          id: scope.id,
          name: scope.name,
          application_registry_id: scope.applicationRegistryId,
          scope: scope.scope,
          created_at: scope.createdAt,
          created_by: JSON.stringify(caller.actor),
          updated_at: scope.createdAt,
        })
        .execute();
    },
    async update(id, { name, scope }, now, trx) {
      await trx
        .updateTable('oauth_entity_scopes')
        .set({
          ...(name === undefined ? {} : { name }),
          ...(scope === undefined ? {} : { scope }),
          updated_at: now,
          version: sql`version + 1`,
        })
        .where('id', '=', id)
        .execute();
    },
    async delete(id, trx) {
      await trx.deleteFrom('oauth_entity_scopes').where('id', '=', id).execute();
    },
    async listProfileNames(id) {
      const rows = await db
        .selectFrom('oauth_entity_profile_scopes as chosen')
        .innerJoin('oauth_entity_profiles as profile', 'profile.id', 'chosen.profile_id')
        .select('profile.name')
        .where('chosen.scope_id', '=', id)
        .orderBy('profile.name')
        .limit(5)
        .execute();
      return rows.map(({ name }) => name);
    },
  };
}
