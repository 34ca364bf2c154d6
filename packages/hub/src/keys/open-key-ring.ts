import { KeyRing, keyEncryptionIdOf, localKeyEncryption, type MasterKeys } from '@lockkeeper/vault';
import type { Db } from '../db/database.ts';
import { createVaultKeyStore } from './vault-key-store.ts';

/**
 * The data keys of this database.
 *
 * @param masterKeys asked again when a data key needs another master key: a key file gets a new line in a rotation
 * @throws VaultError `vault.master_key_wrong`
 */
export async function openKeyRing(db: Db, masterKeys: () => Promise<MasterKeys>): Promise<KeyRing> {
  const { current } = await masterKeys();
  return KeyRing.open({
    store: createVaultKeyStore(db),
    keyEncryption: localKeyEncryption(current),
    others: async () => {
      const again = await masterKeys();
      const given = [again.current, ...again.previous].map(localKeyEncryption);
      return given.filter(({ id }) => id !== keyEncryptionIdOf(current));
    },
  });
}
