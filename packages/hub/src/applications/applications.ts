import type { Fetch } from '@lockkeeper/oauth';
import type { Vault } from '@lockkeeper/vault';
import type { AuditLog } from '../access/audit-log.ts';
import type { Db } from '../db/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Outbox } from '../events/outbox.ts';
import type { HttpApp } from '../http/http-app-type.ts';
import type { OriginPolicy } from '../outbound/origin-policy.ts';
import type { StoredRegistry } from './application-registry.ts';
import { registerApplicationRegistryRoutes } from './application-registry-routes.ts';
import { ApplicationRegistryService } from './application-registry-service.ts';
import { createApplicationRegistryStore } from './application-registry-store.ts';
import { registerOAuthEntityProfileRoutes } from './oauth-entity-profile-routes.ts';
import { OAuthEntityProfileService } from './oauth-entity-profile-service.ts';
import { createOAuthEntityProfileStore } from './oauth-entity-profile-store.ts';
import { registerOAuthEntityScopeRoutes } from './oauth-entity-scope-routes.ts';
import { OAuthEntityScopeService } from './oauth-entity-scope-service.ts';
import { createOAuthEntityScopeStore } from './oauth-entity-scope-store.ts';
import { registerSigningKeyRoutes } from './signing-key-routes.ts';
import { SigningKeyService } from './signing-key-service.ts';
import { createSigningKeyStore } from './signing-key-store.ts';

export interface ApplicationsOptions {
  db: Db;
  vault: Vault;
  auditLog: AuditLog;
  events: Pick<EventBus, 'publish'>;
  outbox: Outbox;
  policy: OriginPolicy;
  /** The way to an authorization server. */
  fetch: Fetch;
  fetchFor: (registry: StoredRegistry) => Promise<Fetch>;
  publicUrl: URL;
  now: () => Date;
}

export interface Applications {
  registries: ApplicationRegistryService;
  profiles: OAuthEntityProfileService;
  registerRoutes(app: HttpApp): void;
}

/** Registrations at authorization servers, their profiles and scopes, put together. */
export function createApplications(options: ApplicationsOptions): Applications {
  const { db, auditLog: audit, now } = options;
  const registryStore = createApplicationRegistryStore(db);
  const profileStore = createOAuthEntityProfileStore(db);
  const keys = new SigningKeyService({
    ...options,
    audit,
    store: createSigningKeyStore(db),
    registries: registryStore,
  });
  const registries = new ApplicationRegistryService({
    ...options,
    audit,
    store: registryStore,
    profiles: profileStore,
    keys,
  });
  const parts = { db, audit, now, registries: registryStore };
  const profiles = new OAuthEntityProfileService({ ...parts, keys, store: profileStore });
  const scopes = new OAuthEntityScopeService({ ...parts, store: createOAuthEntityScopeStore(db) });
  return {
    registries,
    profiles,
    registerRoutes(app) {
      registerApplicationRegistryRoutes(app, registries);
      registerSigningKeyRoutes(app, keys);
      registerOAuthEntityProfileRoutes(app, profiles);
      registerOAuthEntityScopeRoutes(app, scopes);
    },
  };
}
