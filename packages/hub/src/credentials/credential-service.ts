import type { AppliesTo, Credential, CredentialCreate, CredentialPatch, Page } from '@lockkeeper/contract';
import type { Kysely } from 'kysely';
import { changedFields } from '../access/audit-entry.ts';
import type { AuditLog } from '../access/audit-log.ts';
import type { ApplicationRegistryService } from '../applications/application-registry-service.ts';
import type { OAuthEntityProfileService } from '../applications/oauth-entity-profile-service.ts';
import { changedMeanwhile, nameTaken } from '../applications/save-conflict.ts';
import type { Database, Db } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { violatedUniqueIndex } from '../db/violations.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Outbox } from '../events/outbox.ts';
import type { Caller } from '../http/caller.ts';
import { found, HubError, invalidField } from '../http/hub-error.ts';
import { mergePatch } from '../http/merge-patch.ts';
import type { CredentialRecord, CredentialTokens } from './credential.ts';
import type { CredentialFilter, CredentialStore, CredentialValues } from './credential-store.ts';

export interface CredentialServiceParts {
  db: Db;
  store: CredentialStore;
  profiles: Pick<OAuthEntityProfileService, 'find'>;
  registries: Pick<ApplicationRegistryService, 'getStored'>;
  tokens: CredentialTokens;
  audit: AuditLog;
  events: Pick<EventBus, 'publish'>;
  outbox: Outbox;
  now: () => Date;
}

/** What authenticates us to tools. The tokens themselves are another feature's. */
export class CredentialService {
  readonly #parts: CredentialServiceParts;

  constructor(parts: CredentialServiceParts) {
    this.#parts = parts;
  }

  async get(id: string): Promise<Credential> {
    const record = found(await this.#parts.store.find(id), 'credential');
    const [credential] = await this.#withTokens([record]);
    return found(credential, 'credential');
  }

  async list(filter: CredentialFilter): Promise<Page<Credential>> {
    const page = await this.#parts.store.list(filter);
    return { ...page, items: await this.#withTokens(page.items) };
  }

  async create(input: CredentialCreate, caller: Caller): Promise<Credential> {
    const { store, outbox, now } = this.#parts;
    const { type: _type, ...values } = input;
    await this.#checkReferences(values);
    const id = newId('credential');
    await this.#write(values.name, async (trx) => {
      await store.insert(id, values, { at: now(), by: caller.actor }, trx);
      const credential = { id, name: values.name };
      await outbox.publish({ type: 'credential.created', data: { credential, actor: caller.actor } }, trx);
      await this.#audit('created', credential, caller, { after: values }, trx);
    });
    return this.get(id);
  }

  async update(id: string, patch: CredentialPatch, caller: Caller): Promise<Credential> {
    const { store, tokens, events, outbox, now } = this.#parts;
    const current = found(await store.find(id), 'credential');
    const { version, ...changes } = patch;
    if (version !== undefined && version !== current.version) throw changedMeanwhile();
    const values = mergePatch<CredentialValues>(valuesOf(current), changes);
    await this.#checkReferences(values, current.appliesTo);
    const isOtherProfile = values.profileId !== current.profileId;
    await this.#write(values.name, async (trx) => {
      // Before it has another registry: the token's provider is that of the old one.
      if (isOtherProfile) await tokens.discard(id, 'profile_changed', caller, trx);
      if (!(await store.replace(id, values, current.version, now(), trx))) throw changedMeanwhile();
      await events.publish({ type: 'credential.changed', credentialId: id }, trx);
      const credential = { id, name: values.name };
      const facts = changedFields(current, changes);
      const changed = Object.keys(facts.after);
      const told = { credential, actor: caller.actor, changed, active: values.active };
      await outbox.publish({ type: 'credential.updated', data: told }, trx);
      await this.#audit('updated', credential, caller, facts, trx);
    });
    return this.get(id);
  }

  async delete(id: string, caller: Caller): Promise<void> {
    const { db, store, tokens, events, outbox } = this.#parts;
    await db.transaction().execute(async (trx) => {
      const current = found(await store.find(id, trx), 'credential');
      if (current.tools.length > 0) {
        const names = current.tools.map(({ name }) => name).join(', ');
        throw new HubError('record.in_use', {
          detail: `Tools use it: ${names}. Give them another credential first.`,
        });
      }
      await tokens.discard(id, 'credential_deleted', caller, trx);
      await store.delete(id, trx);
      await events.publish({ type: 'credential.changed', credentialId: id }, trx);
      const told = { credential: current, actor: caller.actor };
      await outbox.publish({ type: 'credential.deleted', data: told }, trx);
      await this.#audit('deleted', current, caller, {}, trx);
    });
  }

  async #withTokens(records: readonly CredentialRecord[]): Promise<Credential[]> {
    const facts = await this.#parts.tokens.viewsOf(records);
    return records.map((record) => {
      const { token, sealedWith } = found(facts.get(record.id), 'token');
      return { ...record, token, sealedWith };
    });
  }

  async #checkReferences(
    { profileId, appliesTo, connectViaMidServer }: CredentialValues,
    before?: AppliesTo,
  ): Promise<void> {
    const { profiles, registries, store } = this.#parts;
    const profile = await profiles.find(profileId);
    if (profile === undefined) {
      throw invalidField('profileId', 'must be an OAuth Entity Profile that exists', 'unknown');
    }
    if (connectViaMidServer) {
      const { tokenUrl } = await registries.getStored(profile.applicationRegistryId);
      if (new URL(tokenUrl).protocol !== 'https:') {
        const why = `needs a Token URL that starts with https://: over ${tokenUrl} the MID Server would see the client secret`;
        throw invalidField('connectViaMidServer', why, 'insecure');
      }
    }
    if (appliesTo.kind === 'all') return;
    // One that was removed since stays harmless, and must not keep other fields from being saved.
    const kept = new Set<string>(before?.kind === 'specific' ? before.midServerIds : []);
    const added = appliesTo.midServerIds.filter((id) => !kept.has(id));
    if ((await store.unknownMidServers(added)).length > 0) {
      throw invalidField('appliesTo.midServerIds', 'must be MID Servers that exist', 'unknown');
    }
  }

  async #write(name: string, work: (trx: Kysely<Database>) => Promise<void>): Promise<void> {
    try {
      await this.#parts.db.transaction().execute(work);
    } catch (error) {
      if (violatedUniqueIndex(error) !== 'credentials_name') throw error;
      const other = await this.#parts.store.findByName(name);
      throw nameTaken('Another credential is called so already', other?.id, error);
    }
  }

  #audit(
    done: string,
    { id, name }: { id: string; name: string },
    { actor, requestId }: Caller,
    facts: { before?: Record<string, unknown>; after?: object },
    trx: Kysely<Database>,
  ): Promise<void> {
    const after = facts.after === undefined ? null : { ...facts.after };
    const summary = `${done} the credential ${name}`;
    const subject = { type: 'credential', id, name };
    return this.#parts.audit.record(
      { actor, requestId, action: `credential.${done}`, subject, summary, ...facts, after },
      trx,
    );
  }
}

function valuesOf({
  name,
  active,
  profileId,
  appliesTo,
  order,
  allowTokenHandOut,
  canary,
  connectViaMidServer,
}: CredentialRecord): CredentialValues {
  return { name, active, profileId, appliesTo, order, allowTokenHandOut, canary, connectViaMidServer };
}
