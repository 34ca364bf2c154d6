import type { ActorRef, ApplicationRegistryId, Page, RegistryValidation } from '@lockkeeper/contract';
import { type Kysely, type NotNull, sql } from 'kysely';
import { readsById } from '../db/batches.ts';
import type { Database, Db } from '../db/database.ts';
import { containing, fetchPage, type PageRequest } from '../http/page.ts';
import { registryOf, type StoredRegistry } from './application-registry.ts';

export interface RegistryFilter extends PageRequest {
  q?: string | undefined;
  active?: boolean | undefined;
}

/** Held while a save looks at the other plain registries, so that two saves cannot both find the place free. */
const plainRuleLock = 5_460_020;

/** SQL of application registries. Every write runs in the caller's transaction. */
export interface ApplicationRegistryStore {
  find(id: string, db?: Kysely<Database>): Promise<StoredRegistry | undefined>;
  findByName(name: string): Promise<{ id: string } | undefined>;
  list(filter: RegistryFilter): Promise<Page<StoredRegistry>>;
  /** Authorization URLs of the other active registries on the plain Redirect URL; later saves wait until the commit. */
  listPlain(
    except: string | undefined,
    trx: Kysely<Database>,
  ): Promise<{ name: string; authorizationUrl: string }[]>;
  /** Profiles that need its Authorization URL, a few of them. */
  listConsentProfileNames(id: string, trx: Kysely<Database>): Promise<string[]>;
  insert(registry: StoredRegistry, trx: Kysely<Database>): Promise<void>;
  /** @returns false when the version is not the given one any more */
  replace(registry: StoredRegistry, expectedVersion: number, trx: Kysely<Database>): Promise<boolean>;
  storeValidation(id: ApplicationRegistryId, version: number, validation: RegistryValidation): Promise<void>;
  /** The same where its client was known as refused or not, and is the other now. @returns whether that is news */
  storeChange(
    registry: StoredRegistry,
    validation: RegistryValidation,
    trx: Kysely<Database>,
  ): Promise<boolean>;
  delete(id: ApplicationRegistryId, trx: Kysely<Database>): Promise<void>;
  /** Names of credentials that use one of its profiles, a few of them. */
  listCredentialNames(id: string): Promise<string[]>;
}

export function createApplicationRegistryStore(db: Db): ApplicationRegistryStore {
  const find = readsById(
    (ids) =>
      db
        .selectFrom('application_registries')
        .selectAll()
        .where('id', 'in', [...ids])
        .execute(),
    (row) => row.id,
  );
  return {
    async find(id, connection) {
      const row = connection
        ? await connection
            .selectFrom('application_registries')
            .selectAll()
            .where('id', '=', id)
            .executeTakeFirst()
        : await find(id);
      return row && registryOf(row);
    },
    findByName: (name) =>
      db
        .selectFrom('application_registries')
        .select('id')
        .where(sql`lower(name)`, '=', name.toLowerCase())
        .executeTakeFirst(),
    async list(filter) {
      let query = db.selectFrom('application_registries').selectAll();
      if (filter.q) query = query.where('name', 'ilike', containing(filter.q));
      if (filter.active !== undefined) query = query.where('active', '=', filter.active);
      const page = await fetchPage(
        query,
        {
          sortable: {
            name: sql`lower(name)`,
            active: sql`active`,
            createdAt: sql`created_at`,
            updatedAt: sql`updated_at`,
          },
          id: sql<string>`id`,
        },
        filter,
      );
      return { ...page, items: page.items.map(registryOf) };
    },
    async listPlain(except, trx) {
      await sql`select pg_advisory_xact_lock(${plainRuleLock}::bigint)`.execute(trx);
      return trx
        .selectFrom('application_registries')
        .select(['name', 'authorization_url as authorizationUrl'])
        .where('authorization_url', 'is not', null)
        .$narrowType<{ authorizationUrl: NotNull }>()
        .where('active', '=', true)
        .where('redirect_url_mode', '=', 'plain')
        .where('id', '<>', except ?? '')
        .execute();
    },
    async listConsentProfileNames(id, trx) {
      const rows = await trx
        .selectFrom('oauth_entity_profiles')
        .select('name')
        .where('application_registry_id', '=', id)
        .where('grant_type', '=', 'authorization_code')
        .orderBy('name')
        .limit(5)
        .execute();
      return rows.map(({ name }) => name);
    },
    async insert(registry, trx) {
      await trx
        .insertInto('application_registries')
        .values({
          id: registry.id,
          created_at: new Date(registry.createdAt),
          created_by: actorText(registry.createdBy),
          version: registry.version,
          ...columnsOf(registry),
        })
        .execute();
    },
    async replace(registry, expectedVersion, trx) {
      const { numUpdatedRows } = await trx
        .updateTable('application_registries')
        .set({ ...columnsOf(registry), version: expectedVersion + 1 })
        .where('id', '=', registry.id)
        .where('version', '=', expectedVersion)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    async storeValidation(id, version, validation) {
      await db
        .updateTable('application_registries')
        .set({ validation: JSON.stringify(validation) })
        .where('id', '=', id)
        .where('version', '=', version)
        .execute();
    },
    async storeChange({ id, version }, validation, trx) {
      const isRefused = validation.outcome === 'client_refused';
      const { numUpdatedRows } = await trx
        .updateTable('application_registries')
        .set({ validation: JSON.stringify(validation) })
        .where('id', '=', id)
        .where('version', '=', version)
        .where(sql<boolean>`(coalesce(validation ->> 'outcome', '') = 'client_refused') <> ${isRefused}`)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    async delete(id, trx) {
      await trx.deleteFrom('application_registries').where('id', '=', id).execute();
    },
    async listCredentialNames(id) {
      const rows = await db
        .selectFrom('credentials')
        .innerJoin('oauth_entity_profiles', 'oauth_entity_profiles.id', 'credentials.profile_id')
        .select('credentials.name')
        .where('oauth_entity_profiles.application_registry_id', '=', id)
        .orderBy('credentials.name')
        .limit(5)
        .execute();
      return rows.map(({ name }) => name);
    },
  };
}

function columnsOf(registry: StoredRegistry) {
  return {
    name: registry.name,
    template: registry.template,
    application: registry.application,
    accessible_from: registry.accessibleFrom,
    client_id: registry.clientId,
    client_secret_sealed: registry.clientSecretSealed,
    client_secret_version: registry.clientSecretVersion,
    client_secret_stored_at:
      registry.clientSecretStoredAt === null ? null : new Date(registry.clientSecretStoredAt),
    client_secret_expires_at:
      registry.clientSecretExpiresAt === null ? null : new Date(registry.clientSecretExpiresAt),
    public_client: registry.publicClient,
    default_grant_type: registry.defaultGrantType,
    send_credentials: registry.sendCredentials,
    code_challenge_method: registry.codeChallengeMethod,
    refresh_token_lifespan_seconds: registry.refreshTokenLifespanSeconds,
    extend_refresh_token_expiry: registry.extendRefreshTokenExpiry,
    authorization_url: registry.authorizationUrl,
    token_url: registry.tokenUrl,
    token_revocation_url: registry.tokenRevocationUrl,
    issuer: registry.issuer,
    iss_parameter_supported: registry.authorizationResponseIssParameterSupported,
    redirect_url_mode: registry.redirectUrlMode,
    logo_url: registry.logoUrl,
    comments: registry.comments,
    active: registry.active,
    validation: registry.validation === null ? null : JSON.stringify(registry.validation),
    updated_at: new Date(registry.updatedAt),
  };
}

function actorText(actor: ActorRef): string {
  return JSON.stringify(actor);
}
