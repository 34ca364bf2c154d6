import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { sessionQuery, setupQuery } from '../../lib/session.ts';
import { NotFoundPage } from '../pages/not-found-page.tsx';

export const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({});

/** Everything below it needs somebody signed in. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery);
    if (session !== null) return;
    const { required } = await context.queryClient.fetchQuery(setupQuery).catch(() => ({ required: false }));
    if (required) throw redirect({ to: '/setup' });
    throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { returnTo: location.href } });
  },
  component: lazyRouteComponent(() => import('../shell/shell.tsx'), 'Shell'),
});

/** Inside the frame, so that one finds the way back. */
export const unknownRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '$',
  component: NotFoundPage,
});

export const publicRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/sign-in',
    validateSearch: (search: Record<string, unknown>): { returnTo?: string } =>
      typeof search.returnTo === 'string' ? { returnTo: search.returnTo } : {},
    component: lazyRouteComponent(() => import('../../features/sign-in/sign-in-page.tsx'), 'SignInPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/setup',
    component: lazyRouteComponent(() => import('../../features/sign-in/setup-page.tsx'), 'SetupPage'),
  }),
] as const;
