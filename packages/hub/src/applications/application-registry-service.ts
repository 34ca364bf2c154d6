import type {
  ApplicationRegistry,
  ApplicationRegistryCreate,
  ApplicationRegistryPatch,
  FieldProblem,
  GrantType,
  IssuerMetadata,
  Page,
  RegistryValidation,
} from '@lockkeeper/contract';
import { type Fetch, type OAuthClient, type OAuthError, recogniseProvider } from '@lockkeeper/oauth';
import { Secret, type Vault } from '@lockkeeper/vault';
import type { Kysely } from 'kysely';
import { changedFields } from '../access/audit-entry.ts';
import type { AuditLog } from '../access/audit-log.ts';
import type { Database, Db } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { isReferenceViolation } from '../db/violations.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Outbox } from '../events/outbox.ts';
import type { Caller } from '../http/caller.ts';
import { found, HubError, invalidFields } from '../http/hub-error.ts';
import { mergePatch } from '../http/merge-patch.ts';
import type { OriginPolicy } from '../outbound/origin-policy.ts';
import { clientSecretPlace, providerOf, registryView, type StoredRegistry } from './application-registry.ts';
import type { ApplicationRegistryStore, RegistryFilter } from './application-registry-store.ts';
import { discoverForForm } from './issuer-discovery.ts';
import type { OAuthEntityProfileStore } from './oauth-entity-profile-store.ts';
import { plainRefusal } from './redirect-url-rule.ts';
import { registryClient } from './registry-client.ts';
import {
  consentProblems,
  endpointsDiffer,
  exemption,
  registryProblems,
  secretDemand,
  urlProblems,
} from './registry-rules.ts';
import { RegistryValidator, type ValidationWish } from './registry-validator.ts';
import { changedMeanwhile, nameProblem, registryNameTaken, saveConflict } from './save-conflict.ts';
import type { SigningKeyService } from './signing-key-service.ts';

export interface ApplicationRegistryServiceParts {
  db: Db;
  store: ApplicationRegistryStore;
  profiles: OAuthEntityProfileStore;
  keys: SigningKeyService;
  vault: Vault;
  audit: AuditLog;
  policy: OriginPolicy;
  /** For what belongs to no registry yet. */
  fetch: Fetch;
  /** The way to this authorization server. */
  fetchFor: (registry: StoredRegistry) => Promise<Fetch>;
  now: () => Date;
  publicUrl: URL;
  events: Pick<EventBus, 'publish'>;
  outbox: Outbox;
}

const noun = 'Application Registry';

/** As much of a registry as a refused request had. */
export type RegistryDraft = { name?: string | undefined; defaultGrantType?: string | undefined } & Parameters<
  typeof urlProblems
>[0];

/** Registrations at authorization servers: what may be saved, and what saving one brings about. */
export class ApplicationRegistryService {
  readonly #parts: ApplicationRegistryServiceParts;
  readonly #validator: RegistryValidator;

  constructor(parts: ApplicationRegistryServiceParts) {
    this.#parts = parts;
    const clientOf = (registry: StoredRegistry, grantType: GrantType) => this.clientOf(registry, grantType);
    this.#validator = new RegistryValidator({ ...parts, clientOf });
  }

  async get(id: string): Promise<ApplicationRegistry> {
    return this.#view(await this.getStored(id));
  }

  /** For features of the hub that act with it. */
  async getStored(id: string): Promise<StoredRegistry> {
    return found(await this.#parts.store.find(id), noun);
  }

  /** The same for those that may be gone. */
  findStored(id: string): Promise<StoredRegistry | undefined> {
    return this.#parts.store.find(id);
  }

  async list(filter: RegistryFilter): Promise<Page<ApplicationRegistry>> {
    const page = await this.#parts.store.list(filter);
    return { ...page, items: page.items.map((registry) => this.#view(registry)) };
  }

  /** What an issuer publishes of itself, for a form. Nothing is saved. */
  discover(issuer: string): Promise<IssuerMetadata> {
    return discoverForForm(issuer, this.#parts);
  }

  /** Our identity at the provider, also for what else a request of this grant has to prove. */
  clientOf(registry: StoredRegistry, grantType?: GrantType): Promise<OAuthClient> {
    return registryClient(registry, grantType, this.#parts);
  }

  /** Also makes the default profile, `<Name> default_profile`. */
  async create(input: ApplicationRegistryCreate, caller: Caller): Promise<ApplicationRegistry> {
    const { clientSecret, redirectUrlMode, ...fields } = input;
    const now = this.#parts.now().toISOString();
    const secret = clientSecret === undefined ? undefined : new Secret(clientSecret);
    const draft: StoredRegistry = {
      ...fields,
      // URLs typed into an empty form are recognised, so that the provider's peculiarities are respected.
      template: fields.template === 'generic' ? recogniseProvider(fields.tokenUrl).key : fields.template,
      id: newId('applicationRegistry'),
      redirectUrlMode: redirectUrlMode ?? 'plain',
      clientSecretSealed: null,
      clientSecretVersion: 0,
      clientSecretStoredAt: null,
      validation: null,
      createdAt: now,
      createdBy: caller.actor,
      updatedAt: now,
      version: 1,
    };
    await this.#refuse(draft, registryProblems(draft, secret !== undefined, this.#parts.policy));
    const sealed = await this.#withSecret(draft, secret, now);
    const saved = await this.#write(sealed, async (trx) => {
      const registry = await this.#withRedirectUrlMode(sealed, redirectUrlMode, trx);
      await this.#parts.store.insert(registry, trx);
      const profile = await this.#parts.profiles.insertDefault(registry, caller, trx);
      await this.#parts.keys.ensure(registry, caller, trx);
      await this.#audit(
        'created',
        registry,
        caller,
        {
          after: {
            ...fields,
            clientSecret: secret,
            defaultProfile: profile.name,
            ...exemption(registry, this.#parts.policy),
          },
        },
        trx,
      );
      return registry;
    });
    return this.#checkedOnSave(saved, caller);
  }

  async update(id: string, patch: ApplicationRegistryPatch, caller: Caller): Promise<ApplicationRegistry> {
    const { clientSecret, version, ...given } = patch;
    const current = await this.getStored(id);
    refuseStale(current, version);
    // The day belonged to the former secret.
    const fields = clientSecret === undefined ? given : { clientSecretExpiresAt: null, ...given };
    const now = this.#parts.now().toISOString();
    const secret = clientSecret === undefined ? undefined : new Secret(clientSecret);
    const draft = mergePatch(current, { ...fields, updatedAt: now });
    await this.#refuse(draft, [
      ...registryProblems(
        draft,
        secret !== undefined || current.clientSecretSealed !== null,
        this.#parts.policy,
      ),
      ...secretDemand(current, draft, secret !== undefined),
    ]);
    const isOtherClient =
      secret !== undefined || draft.clientId !== current.clientId || endpointsDiffer(current, draft);
    const sealed = await this.#withSecret(
      { ...draft, validation: isOtherClient ? null : current.validation },
      secret,
      now,
    );
    const saved = await this.#write(sealed, async (trx) => {
      await this.#withRedirectUrlMode(sealed, sealed.redirectUrlMode, trx);
      if (!(await this.#parts.store.replace(sealed, current.version, trx))) throw changedMeanwhile();
      if (sealed.authorizationUrl === null) await this.#refuseWithoutConsent(sealed, trx);
      await this.#parts.keys.ensure(sealed, caller, trx);
      const changes = changedFields(current, {
        ...fields,
        ...(secret === undefined ? {} : { clientSecret: secret }),
      });
      const after = { ...changes.after, ...exemption(sealed, this.#parts.policy) };
      await this.#parts.events.publish(
        { type: 'application-registry.changed', applicationRegistryId: sealed.id },
        trx,
      );
      await this.#audit('updated', sealed, caller, { ...changes, after }, trx);
      return { ...sealed, version: current.version + 1 };
    });
    return isOtherClient ? this.#checkedOnSave(saved, caller) : this.#view(saved);
  }

  async delete(id: string, caller: Caller): Promise<void> {
    const { db, store } = this.#parts;
    const registry = await this.getStored(id);
    try {
      await db.transaction().execute(async (trx) => {
        await store.delete(registry.id, trx);
        await this.#audit('deleted', registry, caller, {}, trx);
      });
    } catch (error) {
      if (!isReferenceViolation(error)) throw error;
      const names = await store.listCredentialNames(id);
      throw new HubError('record.in_use', {
        detail: `Credentials use it: ${names.join(', ')}. Delete them first, or give them another OAuth Entity Profile.`,
        cause: error,
      });
    }
  }

  /** Asks the provider, whatever its data say about saving: somebody pressed Validate, or tests a credential. */
  async validate(id: string, caller: Caller, wish?: ValidationWish): Promise<RegistryValidation> {
    return this.#validator.validate(await this.getStored(id), caller, { wish, isAsked: wish === undefined });
  }

  /** Whether the client was refused when a token of it was to be refreshed: what everybody has to know is told once. */
  noteClientAnswer(registry: StoredRegistry, refused: OAuthError | undefined): Promise<void> {
    return this.#validator.noteAnswer(registry, refused);
  }

  /** What is wrong with a draft beside what its schema says, however little of it there is. */
  async draftProblems(
    { name, defaultGrantType = 'authorization_code', ...urls }: RegistryDraft,
    id?: string,
  ): Promise<FieldProblem[]> {
    const other = name ? await this.#parts.store.findByName(name) : undefined;
    const taken = other && other.id !== id ? [nameProblem(registryNameTaken, other.id)] : [];
    const authorizationUrl = urls.authorizationUrl ?? null;
    const consent = id === undefined ? consentProblems({ defaultGrantType, authorizationUrl }) : [];
    return [...taken, ...urlProblems(urls, this.#parts.policy), ...consent];
  }

  /** With everything that needs a change at once; a taken name alone is the database's to refuse. */
  async #refuse(draft: StoredRegistry, problems: FieldProblem[]): Promise<void> {
    if (problems.length === 0) return;
    const taken = await this.draftProblems({ name: draft.name }, draft.id);
    throw invalidFields([...taken, ...problems]);
  }

  async #checkedOnSave(registry: StoredRegistry, caller: Caller): Promise<ApplicationRegistry> {
    if (!providerOf(registry).validatesOnSave || !registry.active) return this.#view(registry);
    return this.#view({ ...registry, validation: await this.#validator.validate(registry, caller) });
  }

  async #refuseWithoutConsent(registry: StoredRegistry, trx: Kysely<Database>): Promise<void> {
    const names = await this.#parts.store.listConsentProfileNames(registry.id, trx);
    if (names.length === 0) return;
    const message = `must not be empty, because profiles ask a person for consent: ${names.join(', ')}`;
    throw invalidFields([{ field: 'authorizationUrl', code: 'required', message }]);
  }

  async #withSecret(
    registry: StoredRegistry,
    secret: Secret | undefined,
    now: string,
  ): Promise<StoredRegistry> {
    if (secret === undefined) return registry;
    const version = registry.clientSecretVersion + 1;
    return {
      ...registry,
      clientSecretSealed: await this.#parts.vault.seal(secret, clientSecretPlace(registry.id, version)),
      clientSecretVersion: version,
      clientSecretStoredAt: now,
    };
  }

  /** Plain while that is free of mix-ups; a caller who asked for plain is told why it cannot be. */
  async #withRedirectUrlMode(
    registry: StoredRegistry,
    asked: 'plain' | 'distinct' | undefined,
    trx: Kysely<Database>,
  ): Promise<StoredRegistry> {
    if (asked === 'distinct' || !registry.active) return registry;
    const refusal = plainRefusal(registry, await this.#parts.store.listPlain(registry.id, trx));
    if (refusal === undefined) return registry;
    if (asked === undefined) return { ...registry, redirectUrlMode: 'distinct' };
    throw invalidFields([{ field: 'redirectUrlMode', code: 'plain_taken', message: refusal }]);
  }

  async #write<T>(registry: StoredRegistry, work: (trx: Kysely<Database>) => Promise<T>): Promise<T> {
    try {
      return await this.#parts.db.transaction().execute(work);
    } catch (error) {
      throw await saveConflict(error, registry.name, this.#parts.store);
    }
  }

  #view(registry: StoredRegistry): ApplicationRegistry {
    return registryView(registry, this.#parts.publicUrl);
  }

  #audit(
    done: string,
    { id, name }: StoredRegistry,
    { actor, requestId }: Caller,
    facts: {
      before?: Record<string, unknown>;
      after?: Record<string, unknown>;
    },
    trx: Kysely<Database>,
  ): Promise<void> {
    const subject = { type: 'application-registry', id, name };
    const action = `application-registry.${done}`;
    return this.#parts.audit.record(
      { actor, requestId, action, subject, summary: `${done} the ${noun} ${name}`, ...facts },
      trx,
    );
  }
}

function refuseStale(current: { version: number }, version: number | undefined): void {
  if (version !== undefined && version !== current.version) throw changedMeanwhile();
}
