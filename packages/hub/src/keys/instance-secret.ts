import { randomBytes } from 'node:crypto';
import { type SealingContext, Secret, type Vault } from '@lockkeeper/vault';
import type { Db } from '../db/database.ts';

const SECRET_BYTES = 32;
const SECRET_VERSION = 1;

/**
 * A random secret of this installation, the same on every instance and under every master key. Made where there is
 * none; of several instances that start at once one wins.
 */
export async function loadInstanceSecret(db: Db, vault: Vault, name: string): Promise<Secret> {
  const find = () => db.selectFrom('vault_secrets').selectAll().where('name', '=', name).executeTakeFirst();
  let row = await find();
  if (row === undefined) {
    const secret = new Secret(randomBytes(SECRET_BYTES).toString('base64url'));
    await db
      .insertInto('vault_secrets')
      .values({
        name,
        secret_sealed: await vault.seal(secret, placeOf(name, SECRET_VERSION)),
        secret_version: SECRET_VERSION,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    row = await find();
  }
  if (row === undefined) throw new Error(`the secret ${name} vanished`);
  return vault.open(row.secret_sealed, placeOf(name, row.secret_version));
}

function placeOf(name: string, version: number): SealingContext {
  return { table: 'vault_secrets', rowId: name, column: 'secret', version };
}
