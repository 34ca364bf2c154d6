import { dataKeyIdOf } from '@lockkeeper/vault';
import type { Db } from '../db/database.ts';
import type { StoredToken } from './token.ts';

/** The key-encryption key that protects each credential's token, by the credential's id. */
export async function sealedWithKeys(
  tokens: readonly StoredToken[],
  db: Db,
): Promise<ReadonlyMap<string, string>> {
  const sealed = tokens.flatMap(({ credentialId, accessToken }) =>
    accessToken ? [{ credentialId, dataKeyId: dataKeyIdOf(accessToken.sealed) }] : [],
  );
  if (sealed.length === 0) return new Map();
  const rows = await db
    .selectFrom('vault_keys')
    .select(['id', 'key_encryption_id'])
    .where(
      'id',
      'in',
      sealed.map(({ dataKeyId }) => dataKeyId),
    )
    .execute();
  const keyEncryptionOf = new Map(rows.map((row) => [row.id, row.key_encryption_id]));
  return new Map(
    sealed.flatMap(({ credentialId, dataKeyId }) => {
      const key = keyEncryptionOf.get(dataKeyId);
      return key === undefined ? [] : [[credentialId, key]];
    }),
  );
}
