import {
  type AppliesTo,
  actorRef,
  applicationRegistryId,
  credentialId,
  midServerId,
  oauthEntityProfileId,
  type Page,
  type TokenState,
  toolId,
} from '@lockkeeper/contract';
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { readsById } from '../db/batches.ts';
import type { Database, Db } from '../db/database.ts';
import { containing, fetchPage, type PageRequest } from '../http/page.ts';
import type { CredentialRecord } from './credential.ts';

export interface CredentialFilter extends PageRequest {
  q?: string | undefined;
  active?: boolean | undefined;
  profileId?: string | undefined;
  applicationRegistryId?: string | undefined;
  /** Of its token; `none` where there is none. */
  state?: TokenState | undefined;
}

export interface CredentialValues {
  name: string;
  active: boolean;
  profileId: string;
  appliesTo: AppliesTo;
  order: number;
  allowTokenHandOut: boolean;
  canary: boolean;
  connectViaMidServer: boolean;
}

/** SQL of credentials and of the MID Servers they apply to. Every write runs in the caller's transaction. */
export interface CredentialStore {
  find(id: string, connection?: Kysely<Database>): Promise<CredentialRecord | undefined>;
  findByName(name: string): Promise<{ id: string } | undefined>;
  list(filter: CredentialFilter): Promise<Page<CredentialRecord>>;
  listActive(): Promise<CredentialRecord[]>;
  insert(
    id: string,
    values: CredentialValues,
    created: { at: Date; by: unknown },
    trx: Kysely<Database>,
  ): Promise<void>;
  /** @returns false when the version is not the given one any more */
  replace(
    id: string,
    values: CredentialValues,
    expectedVersion: number,
    now: Date,
    trx: Kysely<Database>,
  ): Promise<boolean>;
  delete(id: string, trx: Kysely<Database>): Promise<void>;
  /** Those of the ids that are no MID Server. */
  unknownMidServers(ids: readonly string[]): Promise<string[]>;
}

const toolsOfCredential = z.array(z.object({ id: toolId, name: z.string() }));
const midServersOfCredential = z.array(midServerId);

function credentialQuery(db: Kysely<Database>) {
  return db
    .selectFrom('credentials as credential')
    .innerJoin('oauth_entity_profiles as profile', 'profile.id', 'credential.profile_id')
    .innerJoin('application_registries as registry', 'registry.id', 'profile.application_registry_id')
    .selectAll('credential')
    .select([
      'profile.name as profile_name',
      'profile.grant_type as grant_type',
      'registry.id as registry_id',
      'registry.name as registry_name',
      'registry.template as template',
      sql<unknown>`(
        select coalesce(jsonb_agg(mid_server_id order by mid_server_id), '[]')
        from credential_mid_servers where credential_id = credential.id
      )`.as('mid_server_ids'),
      sql<unknown>`(
        select coalesce(jsonb_agg(jsonb_build_object('id', tools.id, 'name', tools.name) order by tools.name), '[]')
        from tools where tools.credential_id = credential.id
      )`.as('tools'),
    ]);
}

type CredentialRow = Awaited<ReturnType<ReturnType<typeof credentialQuery>['executeTakeFirstOrThrow']>>;

function credentialOf(row: CredentialRow): CredentialRecord {
  return {
    id: credentialId.parse(row.id),
    type: row.type,
    name: row.name,
    active: row.active,
    profileId: oauthEntityProfileId.parse(row.profile_id),
    appliesTo:
      row.applies_to === 'all'
        ? { kind: 'all' }
        : { kind: 'specific', midServerIds: midServersOfCredential.parse(row.mid_server_ids) },
    order: row.sort_order,
    allowTokenHandOut: row.allow_token_hand_out,
    canary: row.canary,
    connectViaMidServer: row.connect_via_mid_server,
    profile: {
      id: oauthEntityProfileId.parse(row.profile_id),
      name: row.profile_name,
      applicationRegistryId: applicationRegistryId.parse(row.registry_id),
      applicationRegistryName: row.registry_name,
      template: row.template,
      grantType: row.grant_type,
    },
    tools: toolsOfCredential.parse(row.tools),
    createdAt: row.created_at.toISOString(),
    createdBy: actorRef.parse(row.created_by),
    updatedAt: row.updated_at.toISOString(),
    version: row.version,
  };
}

export function createCredentialStore(db: Db): CredentialStore {
  const find = readsById(
    (ids) =>
      credentialQuery(db)
        .where('credential.id', 'in', [...ids])
        .execute(),
    (row) => row.id,
  );
  return {
    async find(id, connection) {
      const row = connection
        ? await credentialQuery(connection).where('credential.id', '=', id).executeTakeFirst()
        : await find(id);
      return row && credentialOf(row);
    },
    findByName: (name) =>
      db
        .selectFrom('credentials')
        .select('id')
        .where(sql`lower(name)`, '=', name.toLowerCase())
        .executeTakeFirst(),
    async list(filter) {
      let query = credentialQuery(db);
      if (filter.q) query = query.where('credential.name', 'ilike', containing(filter.q));
      if (filter.active !== undefined) query = query.where('credential.active', '=', filter.active);
      if (filter.profileId !== undefined) query = query.where('credential.profile_id', '=', filter.profileId);
      if (filter.applicationRegistryId !== undefined) {
        query = query.where('registry.id', '=', filter.applicationRegistryId);
      }
      if (filter.state !== undefined) {
        const state = sql`coalesce((select state from tokens where credential_id = credential.id), 'none')`;
        query = query.where(sql<boolean>`${state} = ${filter.state}`);
      }
      const page = await fetchPage(
        query,
        {
          sortable: {
            name: sql`lower(credential.name)`,
            order: sql`credential.sort_order`,
            active: sql`credential.active`,
            createdAt: sql`credential.created_at`,
            updatedAt: sql`credential.updated_at`,
          },
          id: sql<string>`credential.id`,
        },
        filter,
      );
      return { ...page, items: page.items.map(credentialOf) };
    },
    async listActive() {
      const rows = await credentialQuery(db).where('credential.active', '=', true).execute();
      return rows.map(credentialOf);
    },
    async insert(id, values, created, trx) {
      await trx
        .insertInto('credentials')
        .values({
          id,
          type: 'oauth2',
          ...columnsOf(values),
          created_at: created.at,
          created_by: JSON.stringify(created.by),
          updated_at: created.at,
        })
        .execute();
      await writeMidServers(id, values.appliesTo, trx);
    },
    async replace(id, values, expectedVersion, now, trx) {
      const { numUpdatedRows } = await trx
        .updateTable('credentials')
        .set({ ...columnsOf(values), updated_at: now, version: expectedVersion + 1 })
        .where('id', '=', id)
        .where('version', '=', expectedVersion)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return false;
      await writeMidServers(id, values.appliesTo, trx);
      return true;
    },
    async delete(id, trx) {
      await trx.deleteFrom('credentials').where('id', '=', id).execute();
    },
    async unknownMidServers(ids) {
      if (ids.length === 0) return [];
      const rows = await db
        .selectFrom('mid_servers')
        .select('id')
        .where('id', 'in', [...ids])
        .execute();
      const known = new Set<string>(rows.map((row) => row.id));
      return ids.filter((id) => !known.has(id));
    },
  };
}

function columnsOf(values: CredentialValues) {
  return {
    name: values.name,
    active: values.active,
    profile_id: values.profileId,
    applies_to: values.appliesTo.kind,
    sort_order: values.order,
    allow_token_hand_out: values.allowTokenHandOut,
    canary: values.canary,
    connect_via_mid_server: values.connectViaMidServer,
  };
}

async function writeMidServers(id: string, appliesTo: AppliesTo, trx: Kysely<Database>): Promise<void> {
  await trx.deleteFrom('credential_mid_servers').where('credential_id', '=', id).execute();
  if (appliesTo.kind === 'all') return;
  const rows = [...new Set(appliesTo.midServerIds)].map((mid_server_id) => ({
    credential_id: id,
    mid_server_id,
  }));
  await trx.insertInto('credential_mid_servers').values(rows).execute();
}
