import type { CredentialRecord } from '../credentials/credential.ts';
import { Batches } from '../db/batches.ts';
import type { Db } from '../db/database.ts';
import type { Requester } from '../http/caller.ts';
import type { Happened, TokenHistory } from './token-history.ts';
import type { Rotated } from './token-rotation.ts';
import type { TokenStore } from './token-store.ts';
import { toldOfRefresh } from './told-of-token.ts';

export interface Rotation extends Rotated {
  readonly credential: CredentialRecord;
  readonly caller: Requester;
}

export interface RotationsParts {
  db: Db;
  store: Pick<TokenStore, 'rotateAll'>;
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
      // Two that grew from the same token, because a lease ended in between: the first one counts.
      const firsts = new Map(rotations.toReversed().map((rotation) => [rotation.token.id, rotation]));
      const stored = await store.rotateAll([...firsts.values()], now(), trx);
      const isStored = rotations.map(
        (rotation) => stored.has(rotation.token.id) && firsts.get(rotation.token.id) === rotation,
      );
      await history.recordAll(rotations.filter((_rotation, index) => isStored[index]).map(refreshed), trx);
      return isStored;
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
