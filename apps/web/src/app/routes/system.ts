import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from './shell.ts';

export const systemRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/account',
    component: lazyRouteComponent(() => import('../../features/account/account-page.tsx'), 'AccountPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/secrets-used',
    component: lazyRouteComponent(
      () => import('../../features/audit-entries/secrets-used-page.tsx'),
      'SecretsUsedPage',
    ),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/users',
    component: lazyRouteComponent(() => import('../../features/users/user-list-page.tsx'), 'UserListPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/api-keys',
    component: lazyRouteComponent(
      () => import('../../features/api-keys/api-key-list-page.tsx'),
      'ApiKeyListPage',
    ),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/audit-entries',
    component: lazyRouteComponent(
      () => import('../../features/audit-entries/audit-entry-list-page.tsx'),
      'AuditEntryListPage',
    ),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/audit-entries/$auditEntryId',
    component: lazyRouteComponent(
      () => import('../../features/audit-entries/audit-entry-page.tsx'),
      'AuditEntryPage',
    ),
  }),
] as const;
