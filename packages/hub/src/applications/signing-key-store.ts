import type { Kysely } from 'kysely';
import type { Database, Db } from '../db/database.ts';
import { type StoredSigningKey, signingKeyOf } from './signing-key.ts';

/** SQL of key pairs. */
export interface SigningKeyStore {
  /** Oldest first: that one signs. */
  list(registryId: string, db?: Kysely<Database>): Promise<StoredSigningKey[]>;
  insert(key: StoredSigningKey, trx: Kysely<Database>): Promise<void>;
  delete(id: string, trx: Kysely<Database>): Promise<void>;
  /** Whoever adds or takes away one waits for the others until the commit. */
  lock(registryId: string, trx: Kysely<Database>): Promise<void>;
  /** Whether anything of the registry is signed. */
  isNeeded(registryId: string, trx: Kysely<Database>): Promise<boolean>;
}

export function createSigningKeyStore(db: Db): SigningKeyStore {
  return {
    async list(registryId, connection = db) {
      const rows = await connection
        .selectFrom('signing_keys')
        .selectAll()
        .where('application_registry_id', '=', registryId)
        // Ids sort by age, also those of one moment.
        .orderBy('id')
        .execute();
      return rows.map(signingKeyOf);
    },
    async insert(key, trx) {
      await trx
        .insertInto('signing_keys')
        .values({
          id: key.id,
          application_registry_id: key.applicationRegistryId,
          kid: key.kid,
          algorithm: key.algorithm,
          origin: key.origin,
          public_jwk: JSON.stringify(key.publicJwk),
          private_key_sealed: key.privateKeySealed,
          private_key_version: key.privateKeyVersion,
          created_at: new Date(key.createdAt),
          created_by: JSON.stringify(key.createdBy),
        })
        .execute();
    },
    async delete(id, trx) {
      await trx.deleteFrom('signing_keys').where('id', '=', id).execute();
    },
    async lock(registryId, trx) {
      await trx
        .selectFrom('application_registries')
        .select('id')
        .where('id', '=', registryId)
        .forUpdate()
        .execute();
    },
    async isNeeded(registryId, trx) {
      const row = await trx
        .selectFrom('application_registries as registry')
        .select('registry.id')
        .where('registry.id', '=', registryId)
        .where((where) =>
          where.or([
            where('registry.send_credentials', '=', 'private_key_jwt'),
            where.exists(
              where
                .selectFrom('oauth_entity_profiles as profile')
                .select('profile.id')
                .whereRef('profile.application_registry_id', '=', 'registry.id')
                .where('profile.grant_type', '=', 'urn:ietf:params:oauth:grant-type:jwt-bearer'),
            ),
          ]),
        )
        .executeTakeFirst();
      return row !== undefined;
    },
  };
}
