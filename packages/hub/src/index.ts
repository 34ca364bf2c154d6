export { type Role, role } from '@lockkeeper/contract';
export {
  addMasterKey,
  keyEncryptionIdOf,
  loadMasterKeyFile,
  type MasterKeys,
  parseMasterKey,
  parseMasterKeys,
  retireMasterKeyInFile,
  Secret,
  VaultError,
} from '@lockkeeper/vault';
export { type AccessAdmin, type AccessAdminOptions, createAccessAdmin } from './access/access-admin.ts';
export type { SingleSignOn } from './access/single-sign-on.ts';
export { BackupProblem } from './backup/backup-problem.ts';
export { type RestoreBackupOptions, type Restored, restoreBackup } from './backup/restore-backup.ts';
export { type RestoredToken, reportRestoredTokens } from './backup/restored-tokens.ts';
export { type Backup, type WriteBackupOptions, writeBackup } from './backup/write-backup.ts';
export { createDatabase, type Database, type DatabaseConnection, type Db } from './db/database.ts';
export { openDatabaseClock } from './db/database-clock.ts';
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresConnection,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './db/embedded-postgres/embedded-postgres.ts';
export {
  EmbeddedPostgresError,
  type EmbeddedPostgresProblem,
} from './db/embedded-postgres/embedded-postgres-error.ts';
export {
  type OpenEmbeddedPostgres,
  openEmbeddedPostgres,
} from './db/embedded-postgres/open-embedded-postgres.ts';
export { createIds, type IdOf, newId } from './db/ids.ts';
export { makeFolder } from './db/make-folder.ts';
export { migrate, NewerDatabase } from './db/migrate.ts';
export type { Migration } from './db/migration.ts';
export { type NotificationHandler, Notifications, notify } from './db/notifications.ts';
export { createHub, type Hub, type HubOptions } from './hub.ts';
export { KeyProblem } from './keys/key-problem.ts';
export { type KeyReport, reportKeys, valuesOf } from './keys/key-report.ts';
export { retireDataKeys, retireMasterKey } from './keys/key-retirement.ts';
export { type KeyRotation, type RotateKeysOptions, rotateKeys } from './keys/key-rotation.ts';
export { createLogger, type LogOptions } from './log.ts';
export { migrations } from './migrations/index.ts';
export { untilEnded } from './until-ended.ts';
