import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from './shell.ts';

const toolListPage = () => import('../../features/tools/tool-list-page.tsx');

export const devOpsRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/tools',
    component: lazyRouteComponent(toolListPage, 'ToolListPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/tools/bitbucket-cloud',
    component: lazyRouteComponent(toolListPage, 'BitbucketListPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/tools/$kind/new',
    component: lazyRouteComponent(() => import('../../features/tools/new-tool-page.tsx'), 'NewToolPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/tools/$toolId',
    component: lazyRouteComponent(() => import('../../features/tools/tool-page.tsx'), 'ToolPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/repositories',
    component: lazyRouteComponent(
      () => import('../../features/repositories/repository-list-page.tsx'),
      'RepositoryListPage',
    ),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/repositories/$repositoryId',
    component: lazyRouteComponent(
      () => import('../../features/repositories/repository-page.tsx'),
      'RepositoryPage',
    ),
  }),
] as const;
