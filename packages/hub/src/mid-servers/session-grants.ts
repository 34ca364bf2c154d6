import { randomUUID } from 'node:crypto';
import { FRAME_TYPE, type Multiplexer } from '@lockkeeper/contract/mid';
import { Secret, sealToAgent } from '@lockkeeper/vault';
import type { AccessToken } from '../tokens/access-token.ts';
import type { MidServer } from './mid-server.ts';

interface Grant {
  readonly id: string;
  readonly credentialId: string;
  readonly version: number;
  readonly expiresAt: Date;
  /** Settles when the agent has been sent it. */
  readonly sent: Promise<void>;
}

export interface Given {
  readonly grantId: string;
  readonly isNew: boolean;
}

/** Which tokens this agent holds. Each is sealed and sent once for its life, not once for each call. */
export class SessionGrants {
  readonly #mux: Multiplexer;
  readonly #server: Pick<MidServer, 'id' | 'sealingKey'>;
  readonly #grants = new Map<string, Grant>();

  constructor(mux: Multiplexer, server: Pick<MidServer, 'id' | 'sealingKey'>) {
    this.#mux = mux;
    this.#server = server;
  }

  /** @returns the id by which calls name the token at the agent, and whether it was sent for this call */
  async give(credentialId: string, origin: string, token: AccessToken): Promise<Given> {
    const key = `${credentialId} ${origin}`;
    const held = this.#grants.get(key);
    if (held !== undefined && held.version === token.version) {
      await held.sent;
      return { grantId: held.id, isNew: false };
    }
    if (held !== undefined) this.#mux.send(FRAME_TYPE.REVOKE, { grantId: held.id });
    const id = randomUUID();
    const sent = this.#send(id, credentialId, origin, token);
    const grant = { id, credentialId, version: token.version, expiresAt: token.expiresAt, sent };
    this.#grants.set(key, grant);
    try {
      await sent;
    } catch (error) {
      if (this.#grants.get(key) === grant) this.#grants.delete(key);
      throw error;
    }
    return { grantId: id, isNew: true };
  }

  /** The agent must not use the credential's tokens any more. */
  revoke(credentialId: string): void {
    for (const [key, grant] of this.#grants) {
      if (grant.credentialId !== credentialId) continue;
      this.#grants.delete(key);
      this.#mux.send(FRAME_TYPE.REVOKE, { grantId: grant.id });
    }
  }

  /** The agent has dropped everything. */
  forgetAll(): void {
    this.#grants.clear();
  }

  /** How many credentials' tokens the agent holds, and until when the last of them lives. */
  held(now: Date): { credentials: number; until: Date | null } {
    const alive = [...this.#grants.values()].filter(({ expiresAt }) => expiresAt > now);
    const last = Math.max(...alive.map(({ expiresAt }) => expiresAt.getTime()));
    return {
      credentials: new Set(alive.map(({ credentialId }) => credentialId)).size,
      until: alive.length === 0 ? null : new Date(last),
    };
  }

  async #send(grantId: string, credentialId: string, origin: string, token: AccessToken): Promise<void> {
    const { id: midServerId, sealingKey } = this.#server;
    const value = new Secret(`Bearer ${token.accessToken.reveal()}`);
    const sealed = await sealToAgent(
      value,
      { kty: 'OKP', crv: 'X25519', x: sealingKey },
      { midServerId, credentialId, origin, expiresAt: token.expiresAt },
    );
    this.#mux.send(FRAME_TYPE.GRANT, { grantId, credentialId, origin, sealed });
  }
}
