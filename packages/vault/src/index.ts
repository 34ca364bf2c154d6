export {
  type AgentSealingContext,
  type AgentSealingKey,
  agentSealingKeySchema,
  openAtAgent,
  sealToAgent,
} from './agent-sealing.ts';
export { decryptBackup, encryptBackup } from './backup-cipher.ts';
export { type KeyEncryption, keyEncryptionIdOf, localKeyEncryption } from './key-encryption.ts';
export type { KeyProofLimits } from './key-proof.ts';
export { type DataKeyStore, KeyRing, type KeyRingOptions, type StoredDataKey } from './key-ring.ts';
export {
  deriveSecret,
  type MasterKeys,
  newMasterKey,
  parseMasterKey,
  parseMasterKeys,
} from './master-key.ts';
export { addMasterKey, loadMasterKeyFile, retireMasterKeyInFile } from './master-key-file.ts';
export type { SealingContext } from './sealing-context.ts';
export { Secret } from './secret.ts';
export { createVault, dataKeyIdOf, type Vault } from './vault.ts';
export { VaultError, type VaultErrorCode } from './vault-error.ts';
