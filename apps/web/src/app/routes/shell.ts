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

function signInSearch(search: Record<string, unknown>): { returnTo?: string; refused?: string } {
  return {
    ...(typeof search.returnTo === 'string' ? { returnTo: search.returnTo } : {}),
    // Why the organisation's own sign-in led nowhere.
    ...(typeof search.refused === 'string' ? { refused: search.refused } : {}),
  };
}

export const publicRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/confirmed',
    component: lazyRouteComponent(() => import('../../features/sign-in/confirmed-page.tsx'), 'ConfirmedPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/sign-in',
    validateSearch: signInSearch,
    component: lazyRouteComponent(() => import('../../features/sign-in/sign-in-page.tsx'), 'SignInPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/setup',
    component: lazyRouteComponent(() => import('../../features/sign-in/setup-page.tsx'), 'SetupPage'),
  }),
] as const;
