import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from './shell.ts';

const eventPages = () => import('../../features/event-subscriptions/pages.ts');

const eventRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/event-subscriptions',
    component: lazyRouteComponent(eventPages, 'EventSubscriptionListPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/event-subscriptions/new',
    component: lazyRouteComponent(eventPages, 'NewEventSubscriptionPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/event-subscriptions/$subscriptionId',
    component: lazyRouteComponent(eventPages, 'EventSubscriptionPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/event-deliveries',
    component: lazyRouteComponent(eventPages, 'EventDeliveryListPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/event-deliveries/$deliveryId',
    component: lazyRouteComponent(eventPages, 'EventDeliveryPage'),
  }),
] as const;

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
  ...eventRoutes,
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
