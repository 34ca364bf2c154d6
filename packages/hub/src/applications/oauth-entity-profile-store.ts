import {
  type AssertionSettings,
  actorRef,
  applicationRegistryId,
  assertionSettings,
  type GrantType,
  JWT_BEARER,
  type OAuthEntityProfile,
  oauthEntityProfileId,
  oauthEntityScopeId,
  type Page,
  type RequestParameter,
  requestParameters,
} from '@lockkeeper/contract';
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { readsById } from '../db/batches.ts';
import type { Database, Db } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { Caller } from '../http/caller.ts';
import { containing, fetchPage, type PageRequest } from '../http/page.ts';

export interface ProfileFilter extends PageRequest {
  q?: string | undefined;
  applicationRegistryId?: string | undefined;
}

/** SQL of OAuth Entity Profiles and of the scopes each asks for. */
export interface OAuthEntityProfileStore {
  find(id: string, db?: Kysely<Database>): Promise<OAuthEntityProfile | undefined>;
  findByName(name: string): Promise<{ id: string } | undefined>;
  /** The default one where it is of this grant, otherwise the oldest that is. */
  findOfGrant(registryId: string, grantType: GrantType): Promise<OAuthEntityProfile | undefined>;
  list(filter: ProfileFilter): Promise<Page<OAuthEntityProfile>>;
  /** The profile that saving a registry brings about. */
  insertDefault(
    registry: { id: string; name: string; defaultGrantType: GrantType; createdAt: string },
    caller: Caller,
    trx: Kysely<Database>,
  ): Promise<{ id: string; name: string }>;
  insert(profile: NewProfile, trx: Kysely<Database>): Promise<void>;
  /** A new default takes the place of the old one. */
  update(id: string, changes: ProfileChanges, now: Date, trx: Kysely<Database>): Promise<void>;
  /** @returns false when one of the scopes is not the registry's own */
  setScopes(
    id: string,
    registryId: string,
    scopeIds: readonly string[],
    trx: Kysely<Database>,
  ): Promise<boolean>;
  delete(id: string, trx: Kysely<Database>): Promise<void>;
  listCredentialNames(id: string): Promise<string[]>;
}

/** What it adds to requests. */
export interface ProfileRequest {
  authorizationParameters: RequestParameter[];
  tokenParameters: RequestParameter[];
  resources: string[];
  /** For the JWT bearer grant, and only there. */
  assertion: AssertionSettings | null;
}

type RequestChanges = { [K in keyof ProfileRequest]?: ProfileRequest[K] | undefined };

export interface NewProfile extends ProfileRequest {
  id: string;
  name: string;
  applicationRegistryId: string;
  grantType: GrantType;
  isDefault: boolean;
  createdAt: Date;
  caller: Caller;
}

export interface ProfileChanges extends RequestChanges {
  name?: string | undefined;
  isDefault?: true | undefined;
}

const scopesOfProfile = z.array(z.object({ id: oauthEntityScopeId, name: z.string(), scope: z.string() }));

function profileQuery(db: Kysely<Database>) {
  return db
    .selectFrom('oauth_entity_profiles as profile')
    .innerJoin('application_registries as registry', 'registry.id', 'profile.application_registry_id')
    .selectAll('profile')
    .select('registry.name as registry_name')
    .select(
      sql<unknown>`(
        select coalesce(jsonb_agg(jsonb_build_object('id', scope.id, 'name', scope.name, 'scope', scope.scope)
          order by chosen.position), '[]')
        from oauth_entity_profile_scopes chosen join oauth_entity_scopes scope on scope.id = chosen.scope_id
        where chosen.profile_id = profile.id
      )`.as('scopes'),
    );
}

type ProfileRow = Awaited<ReturnType<ReturnType<typeof profileQuery>['executeTakeFirstOrThrow']>>;

function profileOf(row: ProfileRow): OAuthEntityProfile {
  return {
    id: oauthEntityProfileId.parse(row.id),
    name: row.name,
    applicationRegistryId: applicationRegistryId.parse(row.application_registry_id),
    applicationRegistryName: row.registry_name,
    grantType: row.grant_type,
    isDefault: row.is_default,
    authorizationParameters: requestParameters.parse(row.authorization_parameters),
    tokenParameters: requestParameters.parse(row.token_parameters),
    resources: row.resources,
    assertion: assertionSettings.nullable().parse(row.assertion),
    scopes: scopesOfProfile.parse(row.scopes),
    createdAt: row.created_at.toISOString(),
    createdBy: actorRef.parse(row.created_by),
    updatedAt: row.updated_at.toISOString(),
    version: row.version,
  };
}

export function createOAuthEntityProfileStore(db: Db): OAuthEntityProfileStore {
  const find = readsById(
    (ids) =>
      profileQuery(db)
        .where('profile.id', 'in', [...ids])
        .execute(),
    (row) => row.id,
  );
  const store: OAuthEntityProfileStore = {
    async find(id, connection) {
      const row = connection
        ? await profileQuery(connection).where('profile.id', '=', id).executeTakeFirst()
        : await find(id);
      return row && profileOf(row);
    },
    findByName: (name) =>
      db
        .selectFrom('oauth_entity_profiles')
        .select('id')
        .where(sql`lower(name)`, '=', name.toLowerCase())
        .executeTakeFirst(),
    async findOfGrant(registryId, grantType) {
      const row = await profileQuery(db)
        .where('profile.application_registry_id', '=', registryId)
        .where('profile.grant_type', '=', grantType)
        .orderBy('profile.is_default', 'desc')
        .orderBy('profile.created_at')
        .limit(1)
        .executeTakeFirst();
      return row && profileOf(row);
    },
    async list(filter) {
      let query = profileQuery(db);
      if (filter.q) query = query.where('profile.name', 'ilike', containing(filter.q));
      if (filter.applicationRegistryId !== undefined) {
        query = query.where('profile.application_registry_id', '=', filter.applicationRegistryId);
      }
      const sortable = { name: sql`lower(profile.name)`, createdAt: sql`profile.created_at` };
      const page = await fetchPage(query, { sortable, id: sql<string>`profile.id` }, filter);
      return { ...page, items: page.items.map(profileOf) };
    },
    async insertDefault(registry, caller, trx) {
      const profile = { id: newId('oauthEntityProfile'), name: `${registry.name} default_profile` };
      await store.insert(
        {
          ...profile,
          applicationRegistryId: registry.id,
          grantType: registry.defaultGrantType,
          isDefault: true,
          authorizationParameters: [],
          tokenParameters: [],
          resources: [],
          assertion: registry.defaultGrantType === JWT_BEARER ? assertionSettings.parse({}) : null,
          createdAt: new Date(registry.createdAt),
          caller,
        },
        trx,
      );
      return profile;
    },
    async insert(profile, trx) {
      if (profile.isDefault) await clearDefault(profile.applicationRegistryId, trx);
      await trx
        .insertInto('oauth_entity_profiles')
        .values({
          id: profile.id,
          name: profile.name,
          application_registry_id: profile.applicationRegistryId,
          grant_type: profile.grantType,
          is_default: profile.isDefault,
          ...requestColumns(profile),
          created_at: profile.createdAt,
          created_by: JSON.stringify(profile.caller.actor),
          updated_at: profile.createdAt,
        })
        .execute();
    },
    async update(id, { name, isDefault, ...request }, now, trx) {
      if (isDefault) {
        const { application_registry_id } = await trx
          .selectFrom('oauth_entity_profiles')
          .select('application_registry_id')
          .where('id', '=', id)
          .executeTakeFirstOrThrow();
        await clearDefault(application_registry_id, trx);
      }
      await trx
        .updateTable('oauth_entity_profiles')
        .set({
          ...(name === undefined ? {} : { name }),
          ...(isDefault === undefined ? {} : { is_default: isDefault }),
          ...requestColumns(request),
          updated_at: now,
          version: sql`version + 1`,
        })
        .where('id', '=', id)
        .execute();
    },
    async setScopes(id, registryId, scopeIds, trx) {
      const own = await trx
        .selectFrom('oauth_entity_scopes')
        .select('id')
        .where('application_registry_id', '=', registryId)
        .where('id', 'in', scopeIds.length > 0 ? [...scopeIds] : [''])
        .execute();
      const known = new Set(own.map((row) => row.id));
      if (scopeIds.some((scopeId) => !known.has(scopeId))) return false;
      await trx.deleteFrom('oauth_entity_profile_scopes').where('profile_id', '=', id).execute();
      const rows = [...new Set(scopeIds)].map((scope_id, position) => ({
        profile_id: id,
        scope_id,
        position,
      }));
      if (rows.length > 0) await trx.insertInto('oauth_entity_profile_scopes').values(rows).execute();
      return true;
    },
    async delete(id, trx) {
      await trx.deleteFrom('oauth_entity_profiles').where('id', '=', id).execute();
    },
    async listCredentialNames(id) {
      const rows = await db
        .selectFrom('credentials')
        .select('name')
        .where('profile_id', '=', id)
        .orderBy('name')
        .limit(5)
        .execute();
      return rows.map(({ name }) => name);
    },
  };
  return store;
}

function requestColumns({ authorizationParameters, tokenParameters, resources, assertion }: RequestChanges) {
  return {
    ...(authorizationParameters && { authorization_parameters: JSON.stringify(authorizationParameters) }),
    ...(tokenParameters && { token_parameters: JSON.stringify(tokenParameters) }),
    ...(resources && { resources }),
    ...(assertion && { assertion: JSON.stringify(assertion) }),
  };
}

async function clearDefault(registryId: string, trx: Kysely<Database>): Promise<void> {
  await trx
    .updateTable('oauth_entity_profiles')
    .set({ is_default: false })
    .where('application_registry_id', '=', registryId)
    .where('is_default', '=', true)
    .execute();
}
