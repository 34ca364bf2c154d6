import {
  type AssertionSettings,
  assertionSettings,
  type GrantType,
  JWT_BEARER,
  type OAuthEntityProfile,
  type OAuthEntityProfileCreate,
  type OAuthEntityProfilePatch,
  type Page,
} from '@lockkeeper/contract';
import type { Kysely } from 'kysely';
import { changedFields } from '../access/audit-entry.ts';
import type { AuditLog } from '../access/audit-log.ts';
import type { Database, Db } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { isReferenceViolation, violatedUniqueIndex } from '../db/violations.ts';
import type { Caller } from '../http/caller.ts';
import { found, HubError, invalidField } from '../http/hub-error.ts';
import type { StoredRegistry } from './application-registry.ts';
import type { ApplicationRegistryStore } from './application-registry-store.ts';
import type { OAuthEntityProfileStore, ProfileFilter } from './oauth-entity-profile-store.ts';
import { nameTaken } from './save-conflict.ts';
import type { SigningKeyService } from './signing-key-service.ts';

export interface OAuthEntityProfileServiceParts {
  db: Db;
  store: OAuthEntityProfileStore;
  registries: ApplicationRegistryStore;
  keys: Pick<SigningKeyService, 'ensure'>;
  audit: AuditLog;
  now: () => Date;
}

const noun = 'OAuth Entity Profile';

/** Named ways to ask an authorization server for tokens. Exactly one profile of a registry is its default. */
export class OAuthEntityProfileService {
  readonly #parts: OAuthEntityProfileServiceParts;

  constructor(parts: OAuthEntityProfileServiceParts) {
    this.#parts = parts;
  }

  async get(id: string): Promise<OAuthEntityProfile> {
    return found(await this.#parts.store.find(id), noun);
  }

  find(id: string): Promise<OAuthEntityProfile | undefined> {
    return this.#parts.store.find(id);
  }

  list(filter: ProfileFilter): Promise<Page<OAuthEntityProfile>> {
    return this.#parts.store.list(filter);
  }

  async create(input: OAuthEntityProfileCreate, caller: Caller): Promise<OAuthEntityProfile> {
    const { store, registries, keys, now } = this.#parts;
    const registry = await registries.find(input.applicationRegistryId);
    if (!registry) throw unknownRegistry();
    refuseGrant(input.grantType, registry);
    const assertion = assertionFor(input.grantType, input.assertion);
    const id = newId('oauthEntityProfile');
    await this.#write(input.name, async (trx) => {
      const { scopeIds, ...fields } = input;
      await store.insert({ ...fields, assertion, id, createdAt: now(), caller }, trx);
      await keys.ensure(registry, caller, trx);
      await this.#setScopes(id, input.applicationRegistryId, scopeIds, trx);
      await this.#audit('created', { id, name: input.name }, caller, { after: { ...input } }, trx);
    });
    return this.get(id);
  }

  async update(id: string, patch: OAuthEntityProfilePatch, caller: Caller): Promise<OAuthEntityProfile> {
    const { store, now } = this.#parts;
    const current = await this.get(id);
    if (patch.assertion !== undefined) assertionFor(current.grantType, patch.assertion);
    await this.#write(patch.name ?? current.name, async (trx) => {
      const { scopeIds, ...fields } = patch;
      await store.update(id, fields, now(), trx);
      if (scopeIds) await this.#setScopes(id, current.applicationRegistryId, scopeIds, trx);
      const before = { ...current, scopeIds: current.scopes.map((scope) => scope.id) };
      await this.#audit('updated', current, caller, changedFields(before, patch), trx);
    });
    return this.get(id);
  }

  async delete(id: string, caller: Caller): Promise<void> {
    const { db, store } = this.#parts;
    const profile = await this.get(id);
    if (profile.isDefault) {
      throw new HubError('record.in_use', {
        detail: `It is the default profile of ${profile.applicationRegistryName}. Make another one the default first.`,
      });
    }
    try {
      await db.transaction().execute(async (trx) => {
        await store.delete(id, trx);
        await this.#audit('deleted', profile, caller, {}, trx);
      });
    } catch (error) {
      if (!isReferenceViolation(error)) throw error;
      const names = await store.listCredentialNames(id);
      throw new HubError('record.in_use', {
        detail: `Credentials use it: ${names.join(', ')}. Give them another profile first.`,
        cause: error,
      });
    }
  }

  async #setScopes(
    id: string,
    registryId: string,
    scopeIds: readonly string[],
    trx: Kysely<Database>,
  ): Promise<void> {
    if (await this.#parts.store.setScopes(id, registryId, scopeIds, trx)) return;
    throw invalidField('scopeIds', 'must be scopes of the same Application Registry', 'foreign_scope');
  }

  async #write(name: string, work: (trx: Kysely<Database>) => Promise<void>): Promise<void> {
    try {
      await this.#parts.db.transaction().execute(work);
    } catch (error) {
      if (violatedUniqueIndex(error) !== 'oauth_entity_profiles_name') throw error;
      const other = await this.#parts.store.findByName(name);
      throw nameTaken(`Another ${noun} is called so already`, other?.id, error);
    }
  }

  #audit(
    done: string,
    { id, name }: { id: string; name: string },
    { actor, requestId }: Caller,
    facts: { before?: Record<string, unknown>; after?: Record<string, unknown> },
    trx: Kysely<Database>,
  ): Promise<void> {
    const subject = { type: 'oauth-entity-profile', id, name };
    const action = `oauth-entity-profile.${done}`;
    return this.#parts.audit.record(
      { actor, requestId, action, subject, summary: `${done} the ${noun} ${name}`, ...facts },
      trx,
    );
  }
}

/** A grant that the registry, as it is, cannot ask by. */
function refuseGrant(grantType: GrantType, { name, authorizationUrl, publicClient }: StoredRegistry): void {
  if (grantType === 'authorization_code' && authorizationUrl === null) {
    const message = `needs an Authorization URL, which ${name} has not`;
    throw invalidField('grantType', message, 'authorization_url_missing');
  }
  // RFC 6749 §4.4
  if (grantType === 'client_credentials' && publicClient) {
    const message = `needs a client that can prove itself, and ${name} is a Public Client`;
    throw invalidField('grantType', message, 'public_client');
  }
}

/** The defaults where nothing is said; @throws HubError where there is nothing to say. */
function assertionFor(grantType: GrantType, given: AssertionSettings | null): AssertionSettings | null {
  if (grantType === JWT_BEARER) return given ?? assertionSettings.parse({});
  if (given === null) return null;
  throw invalidField('assertion', 'belongs to the JWT bearer grant only', 'wrong_grant');
}

export function unknownRegistry(): HubError {
  return invalidField('applicationRegistryId', 'must be an Application Registry that exists', 'unknown');
}
