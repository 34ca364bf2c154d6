import type { Role } from '@lockkeeper/contract';
import { hasAnyRole, type Principal } from './principal.ts';
import { always, type StepUp, whenAsked, whenGiven } from './step-up.ts';

/**
 * - a list of roles: signed in (or an API key) with at least one of them
 * - `signed-in`: any person or API key
 * - `optional`: anybody; who sent it is looked up, and told to the route if known
 * - `public`: anybody; who sent it is not even looked up
 */
export type RouteAccess = readonly Role[] | 'signed-in' | 'optional' | 'public';

/** A route that asks a person, besides the role, to have proved a moment ago who they are; see `step-up.ts`. */
export interface SteppedUp {
  access: RouteAccess;
  stepUp: StepUp;
}
export type RouteRule = RouteAccess | SteppedUp;
export type RoutePolicy = Readonly<Record<string, RouteRule>>;

const readers = ['admin', 'tool_owner', 'viewer'] as const;
const admins = ['admin'] as const;

/** Where a secret goes, and the secret itself: changed by a thief, they would hand the rest over. */
const whatSecretsMeet = [
  'clientSecret',
  'authorizationUrl',
  'tokenUrl',
  'tokenRevocationUrl',
  'issuer',
  'codeChallengeMethod',
] as const;

/** Use without reading: what an integration is for. Tools and writing are limited by the API key itself. */
const toolUsers = ['admin', 'tool_owner', 'integration'] as const;

/**
 * Who may call what: every route of the instance, and nothing else. A route that is missing here keeps the
 * instance from starting; an entry without a route fails `route-policy.test.ts`. HEAD follows GET.
 */
export const routePolicy: RoutePolicy = {
  // http
  'GET /healthz': 'public',
  'GET /readyz': 'public',
  'GET /metrics': ['admin', 'viewer'],
  'GET /api/v1/openapi.json': 'public',
  'GET /*': 'public',

  // access
  'GET /api/v1/setup': 'public',
  'POST /api/v1/setup': 'public',
  'POST /api/v1/session': 'public',
  'GET /api/v1/session': 'signed-in',
  'DELETE /api/v1/session': 'signed-in',
  'GET /api/v1/session/options': 'public',
  'POST /api/v1/session/single-sign-on': 'optional',
  'GET /sso/callback': 'public',
  'POST /api/v1/session/second-factor': 'public',
  'POST /api/v1/session/confirmation': 'signed-in',
  'PUT /api/v1/session/password': { access: 'signed-in', stepUp: always },
  'GET /api/v1/session/two-factor': 'signed-in',
  'POST /api/v1/session/two-factor': { access: 'signed-in', stepUp: always },
  'POST /api/v1/session/two-factor/verify': { access: 'signed-in', stepUp: always },
  'POST /api/v1/session/two-factor/recovery-codes': { access: 'signed-in', stepUp: always },
  'DELETE /api/v1/session/two-factor': { access: 'signed-in', stepUp: always },
  'GET /api/v1/sessions': 'signed-in',
  'DELETE /api/v1/sessions/:id': 'signed-in',
  'POST /api/v1/sessions/end-others': 'signed-in',
  'GET /api/v1/roles': 'signed-in',
  'GET /api/v1/users': ['admin'],
  'POST /api/v1/users/invitations': { access: ['admin'], stepUp: always },
  'GET /api/v1/users/:id': ['admin'],
  'PATCH /api/v1/users/:id': { access: ['admin'], stepUp: whenGiven('roles', 'active') },
  'POST /api/v1/users/:id/reset-two-factor': { access: admins, stepUp: always },
  'GET /api/v1/api-keys': ['admin'],
  'POST /api/v1/api-keys': { access: admins, stepUp: whenAsked('mayWrite') },
  'GET /api/v1/api-keys/:id': ['admin'],
  'POST /api/v1/api-keys/:id/revoke': ['admin'],
  'GET /api/v1/audit-entries': ['admin'],
  'GET /api/v1/audit-entries/:id': ['admin'],
  'POST /api/v1/audit-entries/export': { access: admins, stepUp: always },
  'GET /api/v1/secrets-used': ['admin'],

  // tools
  'GET /api/v1/tools/kinds': ['admin', 'tool_owner', 'viewer'],
  'GET /api/v1/tools': ['admin', 'tool_owner', 'viewer'],
  'POST /api/v1/tools': ['admin', 'tool_owner'],
  'GET /api/v1/tools/:id': ['admin', 'tool_owner', 'viewer'],
  'PATCH /api/v1/tools/:id': ['admin', 'tool_owner'],
  'DELETE /api/v1/tools/:id': ['admin', 'tool_owner'],
  'POST /api/v1/tools/:id/connect': ['admin', 'tool_owner'],
  'GET /api/v1/tools/:id/proxy/*': toolUsers,
  'POST /api/v1/tools/:id/proxy/*': toolUsers,
  'PUT /api/v1/tools/:id/proxy/*': toolUsers,
  'PATCH /api/v1/tools/:id/proxy/*': toolUsers,
  'DELETE /api/v1/tools/:id/proxy/*': toolUsers,

  // discovery
  'POST /api/v1/tools/:id/discover': ['admin', 'tool_owner'],
  'GET /api/v1/tools/:id/discovery-runs': ['admin', 'tool_owner', 'viewer'],
  'GET /api/v1/discovery-runs/:id': ['admin', 'tool_owner', 'viewer'],
  'POST /api/v1/discovery-runs/:id/pause': ['admin', 'tool_owner'],
  'POST /api/v1/discovery-runs/:id/resume': ['admin', 'tool_owner'],
  'POST /api/v1/discovery-runs/:id/cancel': ['admin', 'tool_owner'],
  'PUT /api/v1/tools/:id/tracking': ['admin', 'tool_owner'],
  'POST /api/v1/tools/:id/tracking/preview': ['admin', 'tool_owner'],
  'GET /api/v1/workspaces': ['admin', 'tool_owner', 'viewer'],
  'GET /api/v1/projects': ['admin', 'tool_owner', 'viewer'],
  'GET /api/v1/repositories': ['admin', 'tool_owner', 'viewer'],
  'GET /api/v1/repositories/:id': ['admin', 'tool_owner', 'viewer'],

  // event-subscriptions: a URL in other hands would tell a thief what happens here
  'GET /api/v1/event-subscriptions': admins,
  'GET /api/v1/event-subscriptions/:id': admins,
  'POST /api/v1/event-subscriptions': { access: admins, stepUp: always },
  'PATCH /api/v1/event-subscriptions/:id': { access: admins, stepUp: whenGiven('url') },
  'DELETE /api/v1/event-subscriptions/:id': admins,
  'POST /api/v1/event-subscriptions/:id/rotate-secret': { access: admins, stepUp: always },
  'POST /api/v1/event-subscriptions/:id/test': admins,
  'GET /api/v1/event-deliveries': admins,
  'GET /api/v1/event-deliveries/:id': admins,
  'POST /api/v1/event-deliveries/:id/retry': admins,

  // events
  'GET /api/v1/events': 'signed-in',

  // mid-servers
  'GET /api/v1/mid-servers': readers,
  'GET /api/v1/mid-servers/:id': readers,
  'GET /api/v1/mid-servers/:id/activity': readers,
  'POST /api/v1/mid-servers/:id/validate': ['admin'],
  'POST /api/v1/mid-servers/:id/invalidate': ['admin'],
  'POST /api/v1/mid-servers/:id/pause': ['admin'],
  'POST /api/v1/mid-servers/:id/resume': ['admin'],
  'POST /api/v1/mid-servers/:id/rekey': ['admin'],
  'DELETE /api/v1/mid-servers/:id': ['admin'],
  'GET /api/v1/mid-servers/enrolment-tokens': ['admin'],
  'POST /api/v1/mid-servers/enrolment-tokens': ['admin'],
  'DELETE /api/v1/mid-servers/enrolment-tokens/:id': ['admin'],
  // Authenticated by the one-time token in its body.
  'POST /api/v1/mid-servers/enrol': 'public',

  // applications: walkthrough D keeps everybody but admins from these modules
  'GET /api/v1/application-registries': admins,
  'GET /api/v1/application-registries/templates': admins,
  'POST /api/v1/application-registries/discover': admins,
  'GET /api/v1/application-registries/:id': admins,
  'POST /api/v1/application-registries': admins,
  'PATCH /api/v1/application-registries/:id': { access: admins, stepUp: whenGiven(...whatSecretsMeet) },
  'DELETE /api/v1/application-registries/:id': admins,
  'POST /api/v1/application-registries/:id/validate': admins,
  'POST /api/v1/application-registries/:id/scopes': admins,
  'GET /api/v1/application-registries/:id/signing-keys': admins,
  // A key that the thief knows would prove them to be us; without the one in use nothing is renewed.
  'POST /api/v1/application-registries/:id/signing-keys': { access: admins, stepUp: always },
  'DELETE /api/v1/application-registries/:id/signing-keys/:keyId': { access: admins, stepUp: always },
  // Public keys, read by the providers.
  'GET /oauth_jwks/:id': 'public',
  'GET /api/v1/oauth-entity-profiles': admins,
  'GET /api/v1/oauth-entity-profiles/:id': admins,
  'POST /api/v1/oauth-entity-profiles': admins,
  'PATCH /api/v1/oauth-entity-profiles/:id': admins,
  'DELETE /api/v1/oauth-entity-profiles/:id': admins,
  'GET /api/v1/oauth-entity-scopes': admins,
  'GET /api/v1/oauth-entity-scopes/:id': admins,
  'POST /api/v1/oauth-entity-scopes': admins,
  'PATCH /api/v1/oauth-entity-scopes/:id': admins,
  'DELETE /api/v1/oauth-entity-scopes/:id': admins,

  // expiries
  'GET /api/v1/expiries': admins,

  // credentials and tokens
  'GET /api/v1/credentials': admins,
  'GET /api/v1/credentials/:id': admins,
  'POST /api/v1/credentials': { access: admins, stepUp: whenAsked('allowTokenHandOut') },
  'PATCH /api/v1/credentials/:id': { access: admins, stepUp: whenAsked('allowTokenHandOut') },
  'DELETE /api/v1/credentials/:id': admins,
  'GET /api/v1/credentials/:id/token': admins,
  'POST /api/v1/credentials/:id/authorization': admins,
  'POST /api/v1/credentials/:id/test': admins,
  'POST /api/v1/credentials/:id/token/refresh': admins,
  'POST /api/v1/credentials/:id/token/revoke': admins,
  'GET /api/v1/canary-alarms': admins,
  'POST /api/v1/canary-alarms/:id/acknowledge': admins,
  'GET /api/v1/tokens': admins,
  'GET /api/v1/tokens/:id': admins,
  'POST /api/v1/tokens/revoke': { access: admins, stepUp: always },
  'GET /api/v1/token-revocations': admins,
  'GET /api/v1/token-revocations/:id': admins,
  'GET /api/v1/token-revocations/:id/tokens': admins,
  'POST /api/v1/token-revocations/:id/repeat': admins,
  'POST /api/v1/credentials/:id/access-token': { access: ['admin', 'integration'], stepUp: always },
  // The provider sends a browser here; whose it is decides the handler.
  'GET /oauth_redirect.do': 'optional',
  'GET /oauth_redirect.do/:registryId': 'optional',
  'GET /oauth_result/:id': 'public',
};

export function accessOf(rule: RouteRule): RouteAccess {
  return isSteppedUp(rule) ? rule.access : rule;
}

export function stepUpOf(rule: RouteRule): StepUp | undefined {
  return isSteppedUp(rule) ? rule.stepUp : undefined;
}

function isSteppedUp(rule: RouteRule): rule is SteppedUp {
  return typeof rule === 'object' && 'stepUp' in rule;
}

/** Whether the policy lets this principal call a route, named as above; nobody may call what is not listed. */
export function mayCall(principal: Principal, route: string, policy: RoutePolicy = routePolicy): boolean {
  const rule = policy[route];
  if (rule === undefined) return false;
  const access = accessOf(rule);
  return typeof access === 'string' || hasAnyRole(principal, access);
}
