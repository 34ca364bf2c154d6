/** Addresses of pages, in one place. */
export const paths = {
  registries: '/application-registries',
  newRegistry: '/application-registries/new',
  newThirdPartyRegistry: '/application-registries/new/third-party',
  registry: (id: string) => `/application-registries/${id}`,
  profiles: '/oauth-entity-profiles',
  newProfile: (registryId?: string) =>
    `/oauth-entity-profiles/new${registryId === undefined ? '' : `?registry=${registryId}`}`,
  profile: (id: string) => `/oauth-entity-profiles/${id}`,
  scopes: '/oauth-entity-scopes',
  newScope: (registryId?: string) =>
    `/oauth-entity-scopes/new${registryId === undefined ? '' : `?registry=${registryId}`}`,
  scope: (id: string) => `/oauth-entity-scopes/${id}`,
  tokens: '/tokens',
  /** The list with the report of a revocation over it. */
  revocationReport: (id: string) => `/tokens?revocation=${id}`,
  tokenRevocations: '/token-revocations',
  credentials: '/credentials',
  /** The list with a dialog over it: which type, or the form of one. */
  newCredential: (step: 'type' | 'oauth2' = 'type', profileId?: string) =>
    `/credentials?new=${step}${profileId === undefined ? '' : `&profile=${profileId}`}`,
  credential: (id: string) => `/credentials/${id}`,
  midServers: '/mid-servers',
  midServer: (id: string) => `/mid-servers/${id}`,
  enrolment: '/mid-servers/enrolment',
  eventSubscriptions: '/event-subscriptions',
  newEventSubscription: '/event-subscriptions/new',
  eventSubscription: (id: string) => `/event-subscriptions/${id}`,
  eventDeliveries: '/event-deliveries',
  eventDelivery: (id: string) => `/event-deliveries/${id}`,
  tool: (id: string) => `/tools/${id}`,
  auditOf: (id: string) => `/audit-entries?f.subjectId=${encodeURIComponent(id)}`,
};
