import type { CredentialRecord } from '../credentials/credential.ts';
import { Batches } from '../db/batches.ts';
import type { Db } from '../db/database.ts';
import type { Requester } from '../http/caller.ts';
import type { StoredToken } from './token.ts';
import type { Happened, TokenHistory } from './token-history.ts';
import type { SealedTokens, TokenStore } from './token-store.ts';
import { toldOfRefresh } from './told-of-token.ts';

export interface Rotation {
  readonly credential: CredentialRecord;
  readonly caller: Requester;
  /** The token that was replaced. */
  readonly token: StoredToken;
  readonly tokens: SealedTokens;
}

export interface RotationsParts {
  db: Db;
  store: Pick<TokenStore, 'rotate'>;
  history: TokenHistory;
  now: () => Date;
}

/**
 * Writes new tokens. Those that come at the same time share one transaction: one commit, and one turn at the end of the
 * audit chain, for which all instances wait in line.
 */
export class Rotations {
  readonly #parts: RotationsParts;
  readonly #batches: Batches<Rotation, boolean>;

  constructor(parts: RotationsParts) {
    this.#parts = parts;
    this.#batches = new Batches((rotations) => this.#storeAll(rotations));
  }

  /** Durable when it resolves. @returns false when the refresh token it grew from is not the current one any more */
  store(rotation: Rotation): Promise<boolean> {
    return this.#batches.add(rotation);
  }

  #storeAll(rotations: readonly Rotation[]): Promise<boolean[]> {
    const { db, store, history, now } = this.#parts;
    return db.transaction().execute(async (trx) => {
      const stored = new Map<Rotation, boolean>();
      // In one order everywhere, so that two transactions never wait for each other in a circle.
      for (const rotation of rotations.toSorted((a, b) => (a.token.id < b.token.id ? -1 : 1))) {
        stored.set(rotation, await store.rotate(rotation.token, rotation.tokens, now(), trx));
      }
      await history.recordAll(rotations.filter((rotation) => stored.get(rotation)).map(refreshed), trx);
      return rotations.map((rotation) => stored.get(rotation) === true);
    });
  }
}

function refreshed({ credential, caller, token, tokens: { expiresAt } }: Rotation): Happened {
  const happening = {
    action: 'token.refreshed' as const,
    summary: `refreshed the token of ${credential.name}`,
    after: { version: token.version + 1, expiresAt },
    tells: toldOfRefresh(credential, token, expiresAt),
  };
  return { credential, caller, state: 'available', happening };
}
