/** What can go wrong in the vault. The text names keys by id and never holds key material or plaintext. */
export type VaultErrorCode =
  | 'vault.master_key_missing'
  | 'vault.master_key_invalid'
  | 'vault.master_key_wrong'
  | 'vault.key_file_unsafe'
  | 'vault.key_unknown'
  | 'vault.key_encryption_unavailable'
  | 'vault.backup_damaged'
  | 'vault.backup_key_wrong'
  | 'vault.sealed_value_damaged'
  | 'vault.context_mismatch'
  | 'vault.sealed_value_expired';

export class VaultError extends Error {
  override readonly name = 'VaultError';
  readonly code: VaultErrorCode;

  constructor(code: VaultErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
