import { createRouter } from '@tanstack/react-router';
import { createQueryClient } from '../lib/query.ts';
import { ErrorPage } from './pages/error-page.tsx';
import { NotFoundPage } from './pages/not-found-page.tsx';

import { PendingPage } from './pages/pending-page.tsx';
import { credentialRoutes } from './routes/connections.ts';
import { devOpsRoutes } from './routes/devops.ts';
import { homeRoutes } from './routes/home.ts';
import { midServerRoutes } from './routes/mid-servers.ts';
import { publicRoutes, rootRoute, shellRoute, unknownRoute } from './routes/shell.ts';
import { systemRoutes } from './routes/system.ts';
import { systemOAuthRoutes } from './routes/system-oauth.ts';

export const queryClient = createQueryClient();

const routeTree = rootRoute.addChildren([
  ...publicRoutes,
  shellRoute.addChildren([
    ...homeRoutes,
    ...systemOAuthRoutes,
    ...credentialRoutes,
    ...midServerRoutes,
    ...devOpsRoutes,
    ...systemRoutes,
    unknownRoute,
  ]),
]);

export const router = createRouter({
  routeTree,
  context: { queryClient },
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultNotFoundComponent: NotFoundPage,
  defaultErrorComponent: ErrorPage,
  defaultPendingComponent: PendingPage,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
