import type {
  OAuthEntityScope,
  OAuthEntityScopeCreate,
  OAuthEntityScopesEnsured,
  oauthEntityScopePatch,
  Page,
} from '@lockkeeper/contract';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import { changedFields } from '../access/audit-entry.ts';
import type { AuditLog } from '../access/audit-log.ts';
import type { Database, Db } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { violatedUniqueIndex } from '../db/violations.ts';
import type { Caller } from '../http/caller.ts';
import { found, HubError } from '../http/hub-error.ts';
import type { ApplicationRegistryStore } from './application-registry-store.ts';
import { unknownRegistry } from './oauth-entity-profile-service.ts';
import type { OAuthEntityScopeStore, ScopeFilter } from './oauth-entity-scope-store.ts';
import { nameTaken } from './save-conflict.ts';

export interface OAuthEntityScopeServiceParts {
  db: Db;
  store: OAuthEntityScopeStore;
  registries: ApplicationRegistryStore;
  audit: AuditLog;
  now: () => Date;
}

/** As long as a name may be. */
const LONGEST_NAME = 120;
const noun = 'OAuth Entity Scope';

/** Scopes that a registry's profiles can ask for. A provider that decides by itself needs none. */
export class OAuthEntityScopeService {
  readonly #parts: OAuthEntityScopeServiceParts;

  constructor(parts: OAuthEntityScopeServiceParts) {
    this.#parts = parts;
  }

  async get(id: string): Promise<OAuthEntityScope> {
    return found(await this.#parts.store.find(id), noun);
  }

  list(filter: ScopeFilter): Promise<Page<OAuthEntityScope>> {
    return this.#parts.store.list(filter);
  }

  async create(input: OAuthEntityScopeCreate, caller: Caller): Promise<OAuthEntityScope> {
    const { store, registries, now } = this.#parts;
    if (!(await registries.find(input.applicationRegistryId))) throw unknownRegistry();
    const id = newId('oauthEntityScope');
    await this.#write(async (trx) => {
      await store.insert({ ...input, id, createdAt: now() }, caller, trx);
      await this.#audit('created', { id, name: input.name }, caller, { after: { ...input } }, trx);
    });
    return this.get(id);
  }

  /** All of these scopes, of which those that are not there yet are made: all of them or none. */
  async ensure(
    registryId: string,
    scopes: readonly string[],
    caller: Caller,
  ): Promise<OAuthEntityScopesEnsured> {
    const { store, registries, now } = this.#parts;
    const applicationRegistryId = found(await registries.find(registryId), 'Application Registry').id;
    const wanted = [...new Set(scopes)];
    let created = 0;
    await this.#write(async (trx) => {
      const known = new Set((await store.listOf(registryId, trx)).map(({ scope }) => scope));
      for (const scope of wanted.filter((each) => !known.has(each))) {
        const values = { name: scope.slice(0, LONGEST_NAME), scope, applicationRegistryId };
        const id = newId('oauthEntityScope');
        await store.insert({ ...values, id, createdAt: now() }, caller, trx);
        await this.#audit('created', { id, name: values.name }, caller, { after: values }, trx);
        created++;
      }
    });
    const all = await store.listOf(registryId);
    return { created, items: wanted.flatMap((scope) => all.find((each) => each.scope === scope) ?? []) };
  }

  async update(
    id: string,
    patch: z.infer<typeof oauthEntityScopePatch>,
    caller: Caller,
  ): Promise<OAuthEntityScope> {
    const { store, now } = this.#parts;
    const current = await this.get(id);
    await this.#write(async (trx) => {
      await store.update(id, patch, now(), trx);
      await this.#audit('updated', current, caller, changedFields(current, patch), trx);
    });
    return this.get(id);
  }

  async delete(id: string, caller: Caller): Promise<void> {
    const { db, store } = this.#parts;
    const scope = await this.get(id);
    const names = await store.listProfileNames(id);
    if (names.length > 0) {
      throw new HubError('record.in_use', {
        detail: `Profiles ask for it: ${names.join(', ')}. Take it out of them first.`,
      });
    }
    await db.transaction().execute(async (trx) => {
      await store.delete(id, trx);
      await this.#audit('deleted', scope, caller, {}, trx);
    });
  }

  async #write(work: (trx: Kysely<Database>) => Promise<void>): Promise<void> {
    try {
      await this.#parts.db.transaction().execute(work);
    } catch (error) {
      const index = violatedUniqueIndex(error);
      if (index === 'oauth_entity_scopes_name') {
        throw nameTaken('Another scope of this Application Registry is called so already', undefined, error);
      }
      if (index === 'oauth_entity_scopes_scope') {
        throw new HubError('record.name_taken', {
          detail: 'Nothing was saved.',
          errors: [
            { field: 'scope', code: 'taken', message: 'This Application Registry has this scope already' },
          ],
          cause: error,
        });
      }
      throw error;
    }
  }

  #audit(
    done: string,
    { id, name }: { id: string; name: string },
    { actor, requestId }: Caller,
    facts: { before?: Record<string, unknown>; after?: Record<string, unknown> },
    trx: Kysely<Database>,
  ): Promise<void> {
    const subject = { type: 'oauth-entity-scope', id, name };
    const action = `oauth-entity-scope.${done}`;
    return this.#parts.audit.record(
      { actor, requestId, action, subject, summary: `${done} the ${noun} ${name}`, ...facts },
      trx,
    );
  }
}
