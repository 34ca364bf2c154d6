import { generateKeyPairSync } from 'node:crypto';
import type { SigningKey } from '@lockkeeper/contract/mid';
import { publicKeySchema } from '@lockkeeper/contract/mid';
import { type SealingContext, Secret, type Vault } from '@lockkeeper/vault';
import { z } from 'zod';
import type { Db } from '../db/database.ts';
import { newId } from '../db/ids.ts';

/** How this installation proves itself to its agents. All instances on one database are the same one. */
export interface InstanceIdentity {
  readonly instanceId: string;
  /** Raw Ed25519 key, base64url: what agents pin. */
  readonly publicKey: string;
  readonly signingKey: SigningKey;
}

const privateJwk = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: publicKeySchema,
  d: z.string(),
});

const KEY_VERSION = 1;
const contextOf = (version: number): SealingContext => ({
  table: 'mid_identity',
  rowId: 'only_row',
  column: 'private_key_sealed',
  version,
});

/** Reads the key of this installation, or makes it; of several instances that start at once one wins. */
export async function loadInstanceIdentity(db: Db, vault: Vault): Promise<InstanceIdentity> {
  const existing = await db.selectFrom('mid_identity').selectAll().executeTakeFirst();
  if (existing === undefined) {
    const jwk = privateJwk.parse(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }));
    const sealed = await vault.seal(new Secret(JSON.stringify(jwk)), contextOf(KEY_VERSION));
    await db
      .insertInto('mid_identity')
      .values({
        instance_id: newId('request').replace('req_', 'inst_'),
        public_key: jwk.x,
        private_key_sealed: sealed,
        private_key_version: KEY_VERSION,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  const row = existing ?? (await db.selectFrom('mid_identity').selectAll().executeTakeFirstOrThrow());
  const opened = await vault.open(row.private_key_sealed, contextOf(row.private_key_version));
  const { kty, crv, x, d } = privateJwk.parse(JSON.parse(opened.reveal()));
  const signingKey = await crypto.subtle.importKey('jwk', { kty, crv, x, d }, 'Ed25519', false, ['sign']);
  return { instanceId: row.instance_id, publicKey: row.public_key, signingKey };
}
