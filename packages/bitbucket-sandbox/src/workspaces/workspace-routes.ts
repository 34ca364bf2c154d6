import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ApiError, badRequest, notFound } from '../rest/api-error.ts';
import type { AuthorizeCall } from '../rest/authorize-call.ts';
import { canSee } from '../rest/caller.ts';
import { getWorkspace } from '../rest/find-visible.ts';
import type { Links } from '../rest/links.ts';
import type { Paginate } from '../rest/paging.ts';
import { parseQuery, parseSort, type QueryFields } from '../rest/query-language.ts';
import type { World } from '../seed/world.ts';
import type { Project } from './project.ts';
import { isAdministrator, membershipOf, type Workspace } from './workspace.ts';
import { membershipJson, projectJson, workspaceAccessJson, workspaceJson } from './workspace-json.ts';

const paramsSchema = z.object({ workspace: z.string() });
const projectParamsSchema = paramsSchema.extend({ key: z.string() });
const ownQuerySchema = z.object({
  sort: z.enum(['slug', '-slug']).optional(),
  administrator: z.string().optional(),
});
const querySchema = z.object({ q: z.string().optional(), sort: z.string().optional() });

const workspaceFields: QueryFields<Workspace> = { slug: (workspace) => workspace.slug };
const projectFields: QueryFields<Project> = {
  key: (project) => project.key,
  name: (project) => project.name,
  uuid: (project) => project.uuid,
  created_on: (project) => project.createdOn,
  updated_on: (project) => project.updatedOn,
};

export interface WorkspaceParts {
  readonly authorize: AuthorizeCall;
  readonly paginate: Paginate;
  readonly links: Links;
  readonly world: World;
}

export function addWorkspaceRoutes(app: FastifyInstance, parts: WorkspaceParts): void {
  const { authorize, paginate, links, world } = parts;

  app.get('/user/workspaces', async (request, reply) => {
    const caller = authorize(request, reply, 'account');
    const query = ownQuerySchema.safeParse(request.query);
    if (!query.success) throw badRequest('Invalid sort');
    const { sort, administrator } = query.data;
    const { subject } = caller.grant;
    const isAdmin = (workspace: Workspace): boolean =>
      subject.kind === 'user' && isAdministrator(workspace, subject.userUuid);
    const list = world.workspaces.filter(
      (workspace) =>
        canSee(caller, workspace) &&
        (administrator === undefined || String(isAdmin(workspace)) === administrator),
    );
    if (sort !== undefined) list.sort(parseSort(sort, workspaceFields));
    const render = (workspace: Workspace): object =>
      workspaceAccessJson(links, workspace, isAdmin(workspace));
    return paginate(request, list, render, { defaultPagelen: 25 });
  });

  app.get('/user/workspaces/:workspace/permission', async (request, reply) => {
    const caller = authorize(request, reply, 'account');
    const { subject } = caller.grant;
    const workspace = world.findWorkspace(paramsSchema.parse(request.params).workspace);
    const user = subject.kind === 'user' ? world.findUser(subject.userUuid) : undefined;
    const membership = workspace && user && membershipOf(workspace, user.uuid);
    if (workspace === undefined || user === undefined || membership === undefined)
      throw new ApiError(403, 'You do not have access to this workspace.');
    return membershipJson(links, workspace, user, membership);
  });

  app.get('/workspaces/:workspace', async (request, reply) => {
    const caller = authorize(request, reply);
    return workspaceJson(links, getWorkspace(world, caller, paramsSchema.parse(request.params).workspace));
  });

  app.get('/workspaces/:workspace/projects', async (request, reply) => {
    const caller = authorize(request, reply, 'project');
    const workspace = getWorkspace(world, caller, paramsSchema.parse(request.params).workspace);
    const { q, sort } = querySchema.parse(request.query);
    const list =
      q === undefined ? [...workspace.projects] : workspace.projects.filter(parseQuery(q, projectFields));
    if (sort !== undefined) list.sort(parseSort(sort, projectFields));
    return paginate(request, list, (project) => projectJson(links, workspace, project));
  });

  app.get('/workspaces/:workspace/projects/:key', async (request, reply) => {
    const caller = authorize(request, reply, 'project');
    const { workspace: id, key } = projectParamsSchema.parse(request.params);
    const workspace = getWorkspace(world, caller, id);
    const project = workspace.projects.find((one) => one.key === key || one.uuid === key);
    if (project === undefined) throw notFound(`No project with key '${key}'.`);
    return projectJson(links, workspace, project);
  });
}
