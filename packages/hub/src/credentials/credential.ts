import type { Credential, TokenView } from '@lockkeeper/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../db/database.ts';
import type { Caller } from '../http/caller.ts';

/** A credential without its token, which a later feature keeps. */
export type CredentialRecord = Omit<Credential, 'token' | 'sealedWith'>;

/** What credentials need to know of tokens; whoever keeps those provides it. */
export interface CredentialTokens {
  /** One for each of the credentials, also where there is no token yet. */
  viewsOf(credentials: readonly CredentialRecord[]): Promise<ReadonlyMap<string, TokenFacts>>;
  /** Ends the token, here and at its provider, and forgets it: it belongs to what the credential is no more. */
  discard(
    credentialId: string,
    reason: 'credential_deleted' | 'profile_changed',
    caller: Caller,
    trx: Kysely<Database>,
  ): Promise<void>;
}

export interface TokenFacts {
  readonly token: TokenView;
  readonly sealedWith: string | null;
}
