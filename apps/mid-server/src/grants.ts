import type { Control, FRAME_TYPE } from '@lockkeeper/contract/mid';
import { openAtAgent, type Secret, type VaultError } from '@lockkeeper/vault';
import type { Identity } from './identity.ts';

/** What one sealed token allows: this `Authorization` for this origin until then. In memory only. */
export interface Grant {
  readonly credentialId: string;
  readonly origin: string;
  readonly authorization: Secret;
  readonly expiresAt: Date;
}

type GrantFrame = Control<(typeof FRAME_TYPE)['GRANT']>;

/** The access tokens this agent holds now. They are gone when they expire, are revoked, or the session ends. */
export class Grants {
  readonly #identity: () => Pick<Identity, 'midServerId' | 'sealingKey'>;
  readonly #now: () => Date;
  readonly #held = new Map<string, Grant | Promise<Grant>>();

  constructor(identity: () => Pick<Identity, 'midServerId' | 'sealingKey'>, now: () => Date) {
    this.#identity = identity;
    this.#now = now;
  }

  get size(): number {
    this.#dropExpired();
    return this.#held.size;
  }

  /** Begins to unseal; a call that names the grant meanwhile waits for it. */
  add({ grantId, credentialId, origin, sealed }: GrantFrame): void {
    const { midServerId, sealingKey } = this.#identity();
    const opening = openAtAgent(sealed, sealingKey, { midServerId, credentialId, origin }, this.#now()).then(
      ({ value, expiresAt }): Grant => ({ credentialId, origin, authorization: value, expiresAt }),
    );
    this.#held.set(grantId, opening);
    opening.then(
      (grant) => {
        if (this.#held.get(grantId) === opening) this.#held.set(grantId, grant);
      },
      (_refused: VaultError) => this.#held.delete(grantId),
    );
  }

  /** The grant, or undefined when it is unknown, not for this agent, revoked or expired. */
  async find(grantId: string): Promise<Grant | undefined> {
    const held = this.#held.get(grantId);
    const grant = held instanceof Promise ? await held.catch(() => undefined) : held;
    if (grant === undefined || grant.expiresAt > this.#now()) return grant;
    this.#held.delete(grantId);
    return undefined;
  }

  drop(grantId: string): void {
    this.#held.delete(grantId);
  }

  dropAll(): void {
    this.#held.clear();
  }

  #dropExpired(): void {
    for (const [grantId, held] of this.#held) {
      if (!(held instanceof Promise) && held.expiresAt <= this.#now()) this.#held.delete(grantId);
    }
  }
}
