import type { ActorRef, AppliesTo } from '@lockkeeper/contract';
import type { CredentialStore } from '../credentials/credential-store.ts';
import { HubError } from '../http/hub-error.ts';
import type { AccessToken } from './access-token.ts';
import type { TokenService } from './token-service.ts';
import type { UseJournal } from './use-journal.ts';

/** Credentials as those who make calls with them see them: only active ones, never a refresh token. */
export interface CallCredentials {
  findCredential(credentialId: string): Promise<CallCredential | undefined>;
  /**
   * @param actor whose call it is
   * @throws HubError when there is no token to be had
   */
  accessTokenFor(credentialId: string, actor: ActorRef): Promise<AccessToken>;
  /** The tool answered 401 to this version. @returns whether another one is there to try once more */
  reportUnauthorized(credentialId: string, version: number): Promise<boolean>;
  activeCredentials(): Promise<readonly CallCredential[]>;
  /** Counted in memory and written in batches: a call costs no write. */
  noteUse(use: CallUse): void;
}

/** `called`: somebody's call went out with the token; `granted`: a MID Server got it, sealed, to make such calls with. */
export interface CallUse {
  readonly credential: { readonly id: string; readonly name: string };
  readonly actor: ActorRef;
  readonly kind: 'called' | 'granted';
  readonly midServer?: { readonly id: string; readonly name: string };
}

export interface CallCredential {
  readonly id: string;
  readonly name: string;
  readonly appliesTo: AppliesTo;
}

export function createCallCredentials(
  credentials: CredentialStore,
  tokens: Pick<TokenService, 'accessToken' | 'findRemembered' | 'replaceRefused'>,
  journal: Pick<UseJournal, 'note'>,
): CallCredentials {
  return {
    async findCredential(credentialId) {
      const credential = tokens.findRemembered(credentialId) ?? (await credentials.find(credentialId));
      return credential?.active ? credential : undefined;
    },
    accessTokenFor: (credentialId, actor) => tokens.accessToken(credentialId, actor),
    async reportUnauthorized(credentialId, version) {
      try {
        return await tokens.replaceRefused(credentialId, version);
      } catch (error) {
        if (error instanceof HubError) return false;
        throw error;
      }
    },
    activeCredentials: () => credentials.listActive(),
    noteUse: ({ credential, actor, kind, midServer }) => journal.note(credential, actor, kind, midServer),
  };
}
