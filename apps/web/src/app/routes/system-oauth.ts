import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from './shell.ts';

export const systemOAuthRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/application-registries',
    component: lazyRouteComponent(
      () => import('../../features/application-registries/registry-list-page.tsx'),
      'RegistryListPage',
    ),
  }),
] as const;
