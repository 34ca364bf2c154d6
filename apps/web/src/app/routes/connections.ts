import { oauthEntityProfileId } from '@lockkeeper/contract';
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { z } from 'zod';
import { shellRoute } from './shell.ts';

const getParentRoute = () => shellRoute;

/** Which dialog lies over the list, and the profile it starts with. The list's own state stands beside it. */
const listSearch = z.looseObject({
  new: z.enum(['type', 'oauth2']).optional().catch(undefined),
  profile: oauthEntityProfileId.optional().catch(undefined),
});

export const credentialRoutes = [
  createRoute({
    getParentRoute,
    path: '/credentials',
    validateSearch: listSearch,
    component: lazyRouteComponent(
      () => import('../../features/credentials/credential-list-page.tsx'),
      'CredentialListPage',
    ),
  }),
  createRoute({
    getParentRoute,
    path: '/credentials/$credentialId',
    component: lazyRouteComponent(
      () => import('../../features/credentials/credential-page.tsx'),
      'CredentialPage',
    ),
  }),
] as const;
