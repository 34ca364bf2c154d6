import { type ApplicationRegistryId, applicationRegistryId, tokenRevocationId } from '@lockkeeper/contract';
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { z } from 'zod';
import { shellRoute } from './shell.ts';

const getParentRoute = () => shellRoute;

/** `?registry=app_…`: the registry that a new profile or scope is for. */
function validateSearch({ registry }: Record<string, unknown>): { registry?: ApplicationRegistryId } {
  const parsed = applicationRegistryId.safeParse(registry);
  return parsed.success ? { registry: parsed.data } : {};
}

const applicationRegistryRoutes = [
  createRoute({
    getParentRoute,
    path: '/application-registries',
    component: lazyRouteComponent(
      () => import('../../features/application-registries/registry-list-page.tsx'),
      'RegistryListPage',
    ),
  }),
  createRoute({
    getParentRoute,
    path: '/application-registries/new',
    component: lazyRouteComponent(
      () => import('../../features/application-registries/registry-kind-page.tsx'),
      'RegistryKindPage',
    ),
  }),
  createRoute({
    getParentRoute,
    path: '/application-registries/new/third-party',
    component: lazyRouteComponent(
      () => import('../../features/application-registries/new-registry-page.tsx'),
      'NewRegistryPage',
    ),
  }),
  createRoute({
    getParentRoute,
    path: '/application-registries/$registryId',
    component: lazyRouteComponent(
      () => import('../../features/application-registries/registry-page.tsx'),
      'RegistryPage',
    ),
  }),
] as const;

const profileRoutes = [
  createRoute({
    getParentRoute,
    path: '/oauth-entity-profiles',
    component: lazyRouteComponent(
      () => import('../../features/oauth-entity-profiles/profile-list-page.tsx'),
      'ProfileListPage',
    ),
  }),
  createRoute({
    getParentRoute,
    path: '/oauth-entity-profiles/new',
    validateSearch,
    component: lazyRouteComponent(
      () => import('../../features/oauth-entity-profiles/new-profile-page.tsx'),
      'NewProfilePage',
    ),
  }),
  createRoute({
    getParentRoute,
    path: '/oauth-entity-profiles/$profileId',
    component: lazyRouteComponent(
      () => import('../../features/oauth-entity-profiles/profile-page.tsx'),
      'ProfilePage',
    ),
  }),
] as const;

const scopeRoutes = [
  createRoute({
    getParentRoute,
    path: '/oauth-entity-scopes',
    component: lazyRouteComponent(
      () => import('../../features/oauth-entity-scopes/scope-list-page.tsx'),
      'ScopeListPage',
    ),
  }),
  createRoute({
    getParentRoute,
    path: '/oauth-entity-scopes/new',
    validateSearch,
    component: lazyRouteComponent(
      () => import('../../features/oauth-entity-scopes/new-scope-page.tsx'),
      'NewScopePage',
    ),
  }),
  createRoute({
    getParentRoute,
    path: '/oauth-entity-scopes/$scopeId',
    component: lazyRouteComponent(
      () => import('../../features/oauth-entity-scopes/scope-page.tsx'),
      'ScopePage',
    ),
  }),
] as const;

/** Whose report lies over the list. The list's own state stands beside it. */
const tokensSearch = z.looseObject({
  revocation: tokenRevocationId.optional().catch(undefined),
  revoke: z.literal('many').optional().catch(undefined),
});

const tokenRoutes = [
  createRoute({
    getParentRoute,
    path: '/tokens',
    validateSearch: tokensSearch,
    component: lazyRouteComponent(
      () => import('../../features/tokens/manage-tokens-page.tsx'),
      'ManageTokensPage',
    ),
  }),
  createRoute({
    getParentRoute,
    path: '/token-revocations',
    component: lazyRouteComponent(
      () => import('../../features/tokens/revocation-list-page.tsx'),
      'RevocationListPage',
    ),
  }),
] as const;

export const systemOAuthRoutes = [
  ...applicationRegistryRoutes,
  ...profileRoutes,
  ...scopeRoutes,
  ...tokenRoutes,
] as const;
