import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { HubError } from './hub-error.ts';
import { checkOrigin } from './origin-check.ts';
import { type Authenticate, hasAnyRole, type RequestPrincipal } from './principal.ts';
import { accessOf, type RouteAccess, type RoutePolicy, type RouteRule, stepUpOf } from './route-policy.ts';
import type { StepUp } from './step-up.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** From `route-policy.ts`; set while the route is registered. */
    access?: RouteAccess;
    /** Likewise. */
    stepUp?: StepUp | undefined;
  }

  interface FastifyInstance {
    /** Every route so far, as `METHOD /path`; HEAD counts as GET. */
    registeredRoutes: Set<string>;
  }
}

export interface AuthorizationOptions {
  policy: RoutePolicy;
  authenticate: Authenticate;
  /** Name of the session cookie: what a forged request from another site would ride on. */
  sessionCookie: string;
  publicOrigin: string;
  /** Somebody known was refused. */
  onDenied(request: FastifyRequest, principal: RequestPrincipal): Promise<void>;
}

/** Deny by default: attaches the policy to each route, and enforces it before the body is read. */
export function registerAuthorization(app: FastifyInstance, options: AuthorizationOptions): void {
  app.decorateRequest('principal', undefined);
  app.decorate('registeredRoutes', new Set<string>());
  app.addHook('onRoute', (route) => {
    for (const name of namesOf(route)) app.registeredRoutes.add(name);
    const rule = ruleOf(route, options.policy);
    route.config = { ...route.config, access: accessOf(rule), stepUp: stepUpOf(rule) };
  });
  app.addHook('onRequest', async (request, reply) => {
    if (request.is404) return;
    checkOrigin(request, options.publicOrigin, request.cookies[options.sessionCookie] !== undefined);
    const { access } = request.routeOptions.config;
    if (access === 'public') return;
    const principal = await options.authenticate(request, reply);
    request.principal = principal;
    if (access === 'optional') return;
    if (principal === undefined) {
      throw new HubError('access.unauthenticated', { headers: { 'www-authenticate': 'Bearer' } });
    }
    if (access === 'signed-in') return;
    if (access === undefined || !hasAnyRole(principal, access)) {
      await options.onDenied(request, principal);
      throw new HubError('access.denied');
    }
  });
  // After the body has passed its schema: nobody proves who they are for a request that is refused anyway.
  app.addHook('preHandler', ({ principal, routeOptions, body }, _reply, done) => {
    // A program has nobody to ask. What its key may do was decided by somebody who was asked.
    if (principal?.kind !== 'user' || principal.confirmed) return done();
    if (routeOptions.config.stepUp?.(body) !== true) return done();
    done(new HubError('access.step_up_required'));
  });
}

/** @throws Error when the policy does not know the route: the instance must not start with it */
function ruleOf(route: RouteOptions, policy: RoutePolicy): RouteRule {
  const names = namesOf(route);
  const [first, ...rest] = names.map((name) => policy[name]);
  if (first === undefined || rest.some((rule) => rule !== first)) {
    throw new Error(`${names.join(', ')} is not in http/route-policy.ts: say there who may call it`);
  }
  return first;
}

function namesOf({ method, url }: RouteOptions): string[] {
  return [method].flat().map((each) => `${each === 'HEAD' ? 'GET' : each} ${url}`);
}
