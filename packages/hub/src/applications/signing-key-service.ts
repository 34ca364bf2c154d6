import type { SigningKeyCreate, SigningKey as SigningKeyView } from '@lockkeeper/contract';
import {
  generateSigningKey,
  KeyRefused,
  openSigningKey,
  readSigningKey,
  type SigningKey,
  type SigningKeyPair,
} from '@lockkeeper/oauth';
import { Secret, type Vault } from '@lockkeeper/vault';
import type { Kysely } from 'kysely';
import type { AuditLog } from '../access/audit-log.ts';
import type { Database, Db } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { Caller } from '../http/caller.ts';
import { found, HubError, invalidField } from '../http/hub-error.ts';
import type { StoredRegistry } from './application-registry.ts';
import type { ApplicationRegistryStore } from './application-registry-store.ts';
import { privateKeyPlace, type StoredSigningKey, signingKeyViews } from './signing-key.ts';
import type { SigningKeyStore } from './signing-key-store.ts';

export interface SigningKeyServiceParts {
  db: Db;
  store: SigningKeyStore;
  registries: Pick<ApplicationRegistryStore, 'find'>;
  vault: Vault;
  audit: AuditLog;
  now: () => Date;
}

type RegistryRef = Pick<StoredRegistry, 'id' | 'name'>;

/** Each of them is a place where it could be stolen; a rotation needs two. */
const MOST_KEYS = 5;
/** Understood by every provider that takes assertions at all. */
const USUAL_ALGORITHM = 'RS256';

/**
 * Key pairs of registries that sign. The oldest one signs, all are published: a new one is made, the provider learns of
 * it, and only retiring the old one hands the signing over.
 */
export class SigningKeyService {
  readonly #parts: SigningKeyServiceParts;

  constructor(parts: SigningKeyServiceParts) {
    this.#parts = parts;
  }

  async list(registryId: string): Promise<SigningKeyView[]> {
    const registry = await this.#registry(registryId);
    return signingKeyViews(await this.#parts.store.list(registry.id));
  }

  /** The public keys, for whoever knows the address. */
  async published(registryId: string): Promise<SigningKeyView['publicJwk'][]> {
    const keys = await this.#parts.store.list(registryId);
    return keys.map(({ publicJwk }) => publicJwk);
  }

  /** The one that signs, opened. */
  async signing(registryId: string): Promise<SigningKey> {
    const [key] = await this.#parts.store.list(registryId);
    if (key === undefined) throw new Error(`the registry ${registryId} has no key to sign with`);
    const place = privateKeyPlace(key.id, key.privateKeyVersion);
    const secret = await this.#parts.vault.open(key.privateKeySealed, place);
    return openSigningKey({ ...key, privateJwk: secret.reveal() });
  }

  /** @throws HubError `request.invalid` for a key that cannot be used */
  async create(registryId: string, input: SigningKeyCreate, caller: Caller): Promise<SigningKeyView> {
    const registry = await this.#registry(registryId);
    const pair = await makePair(input);
    const origin = input.privateKey === undefined ? 'generated' : 'imported';
    const keys = await this.#parts.db.transaction().execute(async (trx) => {
      await this.#parts.store.lock(registry.id, trx);
      const others = await this.#parts.store.list(registry.id, trx);
      if (others.some(({ kid }) => kid === pair.kid)) {
        throw invalidField(
          input.kid === undefined ? 'privateKey' : 'kid',
          'belongs to a key that is here already',
        );
      }
      if (others.length >= MOST_KEYS) {
        throw new HubError('record.in_use', {
          detail: `There are ${MOST_KEYS} keys already. Retire one that the provider needs no more.`,
        });
      }
      return [...others, await this.#insert(registry, pair, origin, caller, trx)];
    });
    return found(signingKeyViews(keys).at(-1), 'key');
  }

  /** Makes the first key of a registry that needs one. */
  async ensure(registry: RegistryRef, caller: Caller, trx: Kysely<Database>): Promise<void> {
    const { store } = this.#parts;
    if (!(await store.isNeeded(registry.id, trx))) return;
    if ((await store.list(registry.id, trx)).length > 0) return;
    await this.#insert(registry, await generateSigningKey(USUAL_ALGORITHM), 'generated', caller, trx);
  }

  /** @throws HubError `record.in_use` for the only key of a registry that signs */
  async retire(registryId: string, keyId: string, caller: Caller): Promise<void> {
    const { db, store } = this.#parts;
    const registry = await this.#registry(registryId);
    await db.transaction().execute(async (trx) => {
      await store.lock(registry.id, trx);
      const keys = await store.list(registry.id, trx);
      const key = found(
        keys.find(({ id }) => id === keyId),
        'key',
      );
      if (keys.length === 1 && (await store.isNeeded(registry.id, trx))) {
        throw new HubError('record.in_use', {
          detail: `${registry.name} signs with this key and has no other one. Make a new key first, and make it known to the provider.`,
        });
      }
      await store.delete(key.id, trx);
      await this.#audit('retired', registry, key, caller, trx);
    });
  }

  async #registry(id: string): Promise<StoredRegistry> {
    return found(await this.#parts.registries.find(id), 'Application Registry');
  }

  async #insert(
    registry: RegistryRef,
    { privateJwk, ...pair }: SigningKeyPair,
    origin: 'generated' | 'imported',
    caller: Caller,
    trx: Kysely<Database>,
  ): Promise<StoredSigningKey> {
    const { store, vault, now } = this.#parts;
    const id = newId('signingKey');
    const key: StoredSigningKey = {
      ...pair,
      id,
      applicationRegistryId: registry.id,
      origin,
      privateKeySealed: await vault.seal(new Secret(privateJwk), privateKeyPlace(id, 1)),
      privateKeyVersion: 1,
      createdAt: now().toISOString(),
      createdBy: caller.actor,
    };
    await store.insert(key, trx);
    await this.#audit('created', registry, key, caller, trx);
    return key;
  }

  #audit(
    done: 'created' | 'retired',
    registry: RegistryRef,
    { kid, algorithm, origin }: StoredSigningKey,
    { actor, requestId }: Caller,
    trx: Kysely<Database>,
  ): Promise<void> {
    const subject = { type: 'application-registry', id: registry.id, name: registry.name };
    const facts = { kid, algorithm, origin };
    return this.#parts.audit.record(
      {
        actor,
        requestId,
        action: `application-registry.key_${done}`,
        subject,
        summary: `${done} a signing key of the Application Registry ${registry.name}`,
        ...(done === 'created' ? { after: facts } : { before: facts }),
      },
      trx,
    );
  }
}

async function makePair({ privateKey, algorithm, kid }: SigningKeyCreate): Promise<SigningKeyPair> {
  if (privateKey === undefined) return generateSigningKey(algorithm ?? USUAL_ALGORITHM, kid);
  try {
    return await readSigningKey(privateKey, algorithm, kid);
  } catch (error) {
    if (!(error instanceof KeyRefused)) throw error;
    throw invalidField('privateKey', error.message, 'key_refused');
  }
}
