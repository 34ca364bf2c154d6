import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from './shell.ts';

export const midServerRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/mid-servers',
    component: lazyRouteComponent(
      () => import('../../features/mid-servers/mid-server-list-page.tsx'),
      'MidServerListPage',
    ),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/mid-servers/enrolment',
    component: lazyRouteComponent(
      () => import('../../features/mid-servers/enrolment-page.tsx'),
      'EnrolmentPage',
    ),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/mid-servers/$midServerId',
    component: lazyRouteComponent(
      () => import('../../features/mid-servers/mid-server-page.tsx'),
      'MidServerPage',
    ),
  }),
] as const;
