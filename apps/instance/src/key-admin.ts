import {
  addMasterKey,
  type Db,
  KeyProblem,
  type KeyReport,
  type KeyRotation,
  keyEncryptionIdOf,
  migrate,
  migrations,
  openDatabaseClock,
  type RotateKeysOptions,
  reportKeys,
  retireDataKeys,
  retireMasterKey,
  retireMasterKeyInFile,
  rotateKeys,
} from '@lockkeeper/hub';
import { readConfig } from './config.ts';
import { findMasterKeys, type MasterKeySource } from './master-key.ts';
import { openDatabaseBeside } from './open-database.ts';

/** What `lockkeeper keys` does, beside running instances. */
export interface KeyAdmin {
  list(): Promise<KeyReport>;
  /**
   * @param options.newMasterKey also put a new master key into the key file
   * @throws KeyProblem, VaultError
   */
  rotate(options: { newMasterKey: boolean } & Pick<RotateKeysOptions, 'onProgress'>): Promise<KeyRotation>;
  /**
   * @param id a data key, or a former master key; every data key that is not needed any more if absent
   * @returns the ids of the retired data keys, and where a retired master key is kept
   * @throws KeyProblem
   */
  retire(id: string | undefined): Promise<{ dataKeys: string[]; keptIn: string | undefined }>;
}

/** @throws see `explainStartError` */
export async function withKeyAdmin<T>(
  variables: NodeJS.ProcessEnv,
  folder: string,
  use: (admin: KeyAdmin) => Promise<T>,
): Promise<T> {
  const config = readConfig(variables, folder);
  const source = await findMasterKeys(config);
  const database = await openDatabaseBeside(config, () => {});
  try {
    await migrate(database.db, migrations);
    return await use(createKeyAdmin(database.db, source, await openDatabaseClock(database.db)));
  } finally {
    await database.close();
  }
}

function createKeyAdmin(db: Db, source: MasterKeySource, now: () => Date): KeyAdmin {
  const list = async () => {
    const { current, previous } = await source.read();
    return reportKeys(db, [current, ...previous].map(keyEncryptionIdOf));
  };
  return {
    list,

    async rotate({ newMasterKey, ...options }) {
      if (newMasterKey) await addToFile(source, await list());
      return rotateKeys({ db, now, masterKeys: source.read, ...options });
    },

    async retire(id) {
      if (!id?.startsWith('kek_'))
        return { dataKeys: await retireDataKeys({ db, now }, id), keptIn: undefined };
      const { file } = source;
      if (file === undefined) {
        throw new KeyProblem(
          `${id} comes from the environment. When \`lockkeeper keys list\` shows that it wraps no data key, ` +
            'take it out of LOCKKEEPER_PREVIOUS_MASTER_KEYS; keep it for as long as you keep backups made with it.',
        );
      }
      let keptIn: string | undefined;
      await retireMasterKey({ db, now }, id, async () => {
        keptIn = await retireMasterKeyInFile(file, id);
      });
      return { dataKeys: [], keptIn };
    },
  };
}

async function addToFile({ file }: MasterKeySource, { masterKeys }: KeyReport): Promise<void> {
  if (file === undefined) {
    throw new KeyProblem(
      'The master key comes from the environment: put a new one into LOCKKEEPER_MASTER_KEY and the present one into ' +
        'LOCKKEEPER_PREVIOUS_MASTER_KEYS, restart every instance, then run `lockkeeper keys rotate`.',
    );
  }
  // One that wraps nothing yet was added by a run that was interrupted.
  const current = masterKeys.find((key) => key.isCurrent);
  if (current?.dataKeys !== 0) await addMasterKey(file);
}
