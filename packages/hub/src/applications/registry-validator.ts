import type { GrantType, RegistryValidation } from '@lockkeeper/contract';
import type { Fetch, OAuthClient, OAuthError } from '@lockkeeper/oauth';
import type { AuditLog } from '../access/audit-log.ts';
import type { Db } from '../db/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Outbox } from '../events/outbox.ts';
import { type Caller, systemCaller } from '../http/caller.ts';
import type { StoredRegistry } from './application-registry.ts';
import type { ApplicationRegistryStore } from './application-registry-store.ts';
import type { OAuthEntityProfileStore } from './oauth-entity-profile-store.ts';
import { detailOf } from './provider-answer.ts';
import { noticed, pkceWarning, plainProfile, validateRegistry } from './registry-validation.ts';
import { type AskingProfile, isAskedAnew } from './token-ask.ts';

const refreshing = systemCaller('scheduler');

export interface RegistryValidatorParts {
  readonly db: Db;
  readonly store: Pick<ApplicationRegistryStore, 'storeValidation' | 'storeChange'>;
  readonly events: Pick<EventBus, 'publish'>;
  readonly outbox: Outbox;
  readonly profiles: Pick<OAuthEntityProfileStore, 'find' | 'findOfGrant'>;
  readonly audit: AuditLog;
  readonly clientOf: (registry: StoredRegistry, grantType: GrantType) => Promise<OAuthClient>;
  readonly fetchFor: (registry: StoredRegistry) => Promise<Fetch>;
  readonly now: () => Date;
  readonly publicUrl: URL;
}

/** On whose behalf is asked: its profile is the one that is tried, over its own way to the provider. */
export interface ValidationWish {
  readonly profileId: string;
  readonly fetchFor: (registry: StoredRegistry) => Fetch;
}

/** Asks providers whether they accept our registrations, and keeps what they said. Each time a secret leaves for it. */
export class RegistryValidator {
  readonly #parts: RegistryValidatorParts;

  constructor(parts: RegistryValidatorParts) {
    this.#parts = parts;
  }

  /** @param isAsked somebody pressed Validate, and has the time for what is not needed to save */
  async validate(
    registry: StoredRegistry,
    caller: Caller,
    { wish, isAsked = false }: { wish?: ValidationWish | undefined; isAsked?: boolean } = {},
  ): Promise<RegistryValidation> {
    const { db, store, audit, clientOf, fetchFor } = this.#parts;
    const profile = await this.#profileFor(registry, wish);
    const client = await clientOf(registry, profile.grantType);
    const fetch = wish === undefined ? await fetchFor(registry) : wish.fetchFor(registry);
    const asked = { ...this.#parts, client, profile, fetch };
    const { validation: told, secretSent } = await validateRegistry(registry, asked);
    const needsConsent = !isAskedAnew(profile.grantType);
    const isOpen = isAsked && needsConsent && told.outcome !== 'unreachable';
    const warning = isOpen && isGeneric(registry) ? await pkceWarning(registry, asked) : undefined;
    const validation = warning === undefined ? told : { ...told, message: `${told.message} ${warning}` };
    await store.storeValidation(registry.id, registry.version, validation);
    const { outcome } = validation;
    const isRefused = outcome === 'client_refused' || outcome === 'grant_refused';
    const entry = {
      actor: caller.actor,
      requestId: caller.requestId,
      action: 'application-registry.validated',
      subject: { type: 'application-registry', id: registry.id, name: registry.name },
      summary: `validated the Application Registry ${registry.name}`,
      outcome: isRefused ? ('failure' as const) : ('success' as const),
      after: { outcome, profile: profile.name, secretSent },
    };
    await db.transaction().execute((trx) => audit.record(entry, trx));
    return validation;
  }

  /** Of a request that was no test. One entry and one event however many tokens were refused for it. */
  async noteAnswer(registry: StoredRegistry, refused: OAuthError | undefined): Promise<void> {
    const { db, store, audit, events, outbox, now } = this.#parts;
    const validation = noticed(registry, refused, now());
    const { id, name } = registry;
    await db.transaction().execute(async (trx) => {
      if (!(await store.storeChange(registry, validation, trx))) return;
      await events.publish({ type: 'application-registry.changed', applicationRegistryId: id }, trx);
      const applicationRegistry = { id, name };
      if (refused !== undefined) {
        const problem = { code: `oauth.${refused.code}`, detail: detailOf(refused) };
        const data = { applicationRegistry, problem };
        await outbox.publish({ type: 'application_registry.client_refused', data }, trx);
      }
      await audit.record(
        {
          actor: refreshing.actor,
          action: `application-registry.client_${refused === undefined ? 'accepted' : 'refused'}`,
          subject: { type: 'application-registry', id, name },
          summary: `found the client of the Application Registry ${name} ${refused === undefined ? 'accepted again' : 'refused'} by its provider`,
          outcome: refused === undefined ? 'success' : 'failure',
          after: { outcome: validation.outcome, message: validation.message },
        },
        trx,
      );
    });
  }

  async #profileFor(registry: StoredRegistry, wish: ValidationWish | undefined): Promise<AskingProfile> {
    const { profiles } = this.#parts;
    const profile =
      wish === undefined
        ? await profiles.findOfGrant(registry.id, registry.defaultGrantType)
        : await profiles.find(wish.profileId);
    return profile ?? plainProfile(registry);
  }
}

/** Of any other provider its data tell. */
function isGeneric({ template }: StoredRegistry): boolean {
  return template === 'generic';
}
