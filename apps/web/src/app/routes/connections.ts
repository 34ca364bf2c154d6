import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from './shell.ts';

export const credentialRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/credentials',
    component: lazyRouteComponent(
      () => import('../../features/credentials/credential-list-page.tsx'),
      'CredentialListPage',
    ),
  }),
] as const;
