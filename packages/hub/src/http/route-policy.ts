import type { Role } from '@lockkeeper/contract';

/**
 * - a list of roles: signed in (or an API key) with at least one of them
 * - `signed-in`: any person or API key
 * - `optional`: anybody; who sent it is looked up, and told to the route if known
 * - `public`: anybody; who sent it is not even looked up
 */
export type RouteAccess = readonly Role[] | 'signed-in' | 'optional' | 'public';
export type RoutePolicy = Readonly<Record<string, RouteAccess>>;

const readers = ['admin', 'tool_owner', 'viewer'] as const;

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
};

export { readers };
