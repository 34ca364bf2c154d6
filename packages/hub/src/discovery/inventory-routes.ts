import {
  listQuery,
  pageOf,
  project,
  projectFilter,
  projectSortable,
  repository,
  repositoryFilter,
  repositoryId,
  repositorySortable,
  workspace,
  workspaceFilter,
  workspaceSortable,
} from '@lockkeeper/contract';
import { z } from 'zod';
import type { Db } from '../db/database.ts';
import type { HttpApp } from '../http/http-app-type.ts';
import { found } from '../http/hub-error.ts';
import { findRepository, pageOfProjects, pageOfRepositories, pageOfWorkspaces } from './inventory-store.ts';

const tags = ['inventory'];
const workspaceQuery = listQuery(workspaceSortable, 'slug').extend(workspaceFilter.shape);
const projectQuery = listQuery(projectSortable, 'key').extend(projectFilter.shape);
const repositoryQuery = listQuery(repositorySortable, 'fullName').extend(repositoryFilter.shape);

export function registerInventoryRoutes(app: HttpApp, db: Db): void {
  app.get(
    '/api/v1/workspaces',
    {
      schema: {
        tags,
        summary: 'List workspaces',
        querystring: workspaceQuery,
        response: { 200: pageOf(workspace) },
      },
    },
    async ({ query }) => pageOfWorkspaces(db, query),
  );

  app.get(
    '/api/v1/projects',
    {
      schema: {
        tags,
        summary: 'List projects',
        querystring: projectQuery,
        response: { 200: pageOf(project) },
      },
    },
    async ({ query }) => pageOfProjects(db, query),
  );

  app.get(
    '/api/v1/repositories',
    {
      schema: {
        tags,
        summary: 'List repositories',
        querystring: repositoryQuery,
        response: { 200: pageOf(repository) },
      },
    },
    async ({ query }) => pageOfRepositories(db, query),
  );

  app.get(
    '/api/v1/repositories/:id',
    {
      schema: {
        tags,
        summary: 'Read a repository',
        params: z.object({ id: repositoryId }),
        response: { 200: repository },
      },
    },
    async ({ params: { id } }) => found(await findRepository(db, id), 'repository'),
  );
}
