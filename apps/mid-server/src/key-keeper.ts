import {
  type Control,
  type FRAME_TYPE,
  rekeyBytes,
  type SigningKey,
  signBytes,
} from '@lockkeeper/contract/mid';
import { AgentError } from './agent-error.ts';
import { importSigningKey, newAgentKeys } from './agent-keys.ts';
import { type Identity, readIdentity, writeIdentity } from './identity.ts';

/**
 * This agent's keys through a rekey. The old ones stay until the instance itself, in a signed challenge, names the
 * new one: whenever the agent is killed in between, one of the two is still good.
 */
export class KeyKeeper {
  readonly #dataFolder: string;
  #identity: Identity;

  constructor(dataFolder: string) {
    this.#dataFolder = dataFolder;
    this.#identity = readIdentity(dataFolder);
  }

  get identity(): Identity {
    return this.#identity;
  }

  /** @throws AgentError when the instance knows a key that is not ours */
  async signingKeyFor(agentKey: string): Promise<SigningKey> {
    const { next, ...current } = this.#identity;
    if (next?.signingKey.x === agentKey) this.#write({ ...current, ...next });
    if (this.#identity.signingKey.x !== agentKey) {
      throw new AgentError(
        'The instance knows this MID Server by another key. Remove it there and enrol it again',
      );
    }
    return importSigningKey(this.#identity.signingKey);
  }

  /** New keys, kept before they are told; the same ones again when the instance asks again. */
  async rekey(): Promise<Control<(typeof FRAME_TYPE)['REKEYED']>> {
    const next = this.#identity.next ?? newAgentKeys();
    this.#write({ ...this.#identity, next });
    const [signingKey, sealingKey] = [next.signingKey.x, next.sealingKey.x];
    const bytes = rekeyBytes(this.#identity.midServerId, signingKey, sealingKey);
    const signature = await signBytes(await importSigningKey(this.#identity.signingKey), bytes);
    return { signingKey, sealingKey, signature };
  }

  #write(identity: Identity): void {
    writeIdentity(this.#dataFolder, identity);
    this.#identity = identity;
  }
}
