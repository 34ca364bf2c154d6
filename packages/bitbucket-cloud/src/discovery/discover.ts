import {
  type DiscoveredProject,
  type DiscoveredRepository,
  type DiscoveredWorkspace,
  type DiscoveryPage,
  followPages,
  type PagePlace,
  type ReadPage,
  type ToolContext,
  ToolError,
} from '@lockkeeper/tool';
import type { z } from 'zod';
import { getPage, places } from '../client/bitbucket-client.ts';
import { webAddress } from '../client/link.ts';
import { type Project, project } from '../client/project.ts';
import { type Repository, repository, slugOf } from '../client/repository.ts';
import { type WorkspaceAccess, workspaceAccess } from '../client/workspace-access.ts';
import { explainForbidden } from '../explain-forbidden.ts';
import { type Checkpoint, checkpoint as checkpointSchema } from './checkpoint.ts';

/**
 * `/user/workspaces`, then the projects and the repositories of each: no call more than pages exist. After
 * every page the checkpoint names the next one, so that a page is read twice only if keeping it failed.
 */
export async function* discover(context: ToolContext, stored: unknown): AsyncGenerator<DiscoveryPage> {
  let state: Checkpoint =
    stored === undefined || stored === null
      ? { version: 1, reading: { of: 'workspaces', place: places.workspaces() }, waiting: [] }
      : checkpointSchema.parse(stored);

  while (true) {
    if (state.reading === undefined) {
      const [workspace, ...waiting] = state.waiting;
      if (workspace === undefined) return;
      state = {
        ...state,
        reading: { of: 'projects', workspace, place: places.projects(workspace) },
        waiting,
      };
    }
    const pages = readListing(context, state);
    for await (const page of pages) {
      state = page.checkpoint;
      yield page;
    }
  }
}

/** A page whose checkpoint is still ours to read. */
type OwnPage = DiscoveryPage & { readonly checkpoint: Checkpoint };

async function* readListing(context: ToolContext, state: Checkpoint): AsyncGenerator<OwnPage> {
  const { reading } = state;
  if (reading === undefined) return;
  if (reading.of === 'workspaces') {
    // Without the list of workspaces there is nothing to go on with: a failure here ends the discovery.
    yield* explaining(readWorkspaces(context, state, reading.place));
    return;
  }
  try {
    if (reading.of === 'projects') yield* readProjects(context, state, reading);
    else yield* readRepositories(context, state, reading);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    const explained = explainForbidden(error);
    if (!concernsOneWorkspaceOnly(explained)) throw explained;
    yield {
      of: 'unreadable',
      workspaceExternalId: reading.workspace,
      error: explained,
      checkpoint: { version: 1, waiting: state.waiting },
    };
  }
}

/** A workspace may be deleted meanwhile, or shut to the user by its own rules; a missing scope is everywhere. */
function concernsOneWorkspaceOnly(error: ToolError): boolean {
  return error.kind === 'not_found' || (error.kind === 'forbidden' && error.missingScope === undefined);
}

async function* explaining(pages: AsyncGenerator<OwnPage>): AsyncGenerator<OwnPage> {
  try {
    yield* pages;
  } catch (error) {
    throw error instanceof ToolError ? explainForbidden(error) : error;
  }
}

async function* readWorkspaces(
  context: ToolContext,
  state: Checkpoint,
  place: PagePlace,
): AsyncGenerator<OwnPage> {
  let waiting = state.waiting;
  for await (const { page, next } of listing(context, place, workspaceAccess)) {
    const fresh = page.items.map((item) => item.workspace.uuid).filter((uuid) => !waiting.includes(uuid));
    waiting = [...waiting, ...fresh];
    yield {
      of: 'workspaces',
      items: page.items.map(toWorkspace),
      expected: page.size,
      complete: next === undefined,
      checkpoint: {
        version: 1,
        waiting,
        ...(next === undefined ? {} : { reading: { of: 'workspaces', place: next } }),
      },
    };
  }
}

interface Begun {
  readonly workspace: string;
  readonly place: PagePlace;
}

async function* readProjects(
  context: ToolContext,
  { waiting }: Checkpoint,
  { workspace, place }: Begun,
): AsyncGenerator<OwnPage> {
  for await (const { page, next } of listing(context, place, project)) {
    yield {
      of: 'projects',
      workspaceExternalId: workspace,
      items: page.items.map(toProject),
      expected: page.size,
      complete: next === undefined,
      checkpoint: {
        version: 1,
        waiting,
        reading:
          next === undefined
            ? { of: 'repositories', workspace, place: places.repositories(workspace) }
            : { of: 'projects', workspace, place: next },
      },
    };
  }
}

async function* readRepositories(
  context: ToolContext,
  { waiting }: Checkpoint,
  { workspace, place }: Begun,
): AsyncGenerator<OwnPage> {
  for await (const { page, next } of listing(context, place, repository)) {
    const workspaceName = page.items.find((item) => item.workspace !== undefined)?.workspace?.name;
    yield {
      of: 'repositories',
      workspaceExternalId: workspace,
      ...(workspaceName === undefined ? {} : { workspaceName }),
      items: page.items.map(toRepository),
      expected: page.size,
      complete: next === undefined,
      checkpoint: {
        version: 1,
        waiting,
        ...(next === undefined ? {} : { reading: { of: 'repositories', workspace, place: next } }),
      },
    };
  }
}

function listing<T extends z.ZodType>(
  context: ToolContext,
  start: PagePlace,
  value: T,
): AsyncGenerator<ReadPage<z.infer<T>>> {
  return followPages(context.baseUrl, start, (place) => getPage(context, place, value));
}

/** The listing gives no name; a repository of the workspace tells it later. */
function toWorkspace({ administrator, workspace }: WorkspaceAccess): DiscoveredWorkspace {
  return {
    externalId: workspace.uuid,
    slug: workspace.slug,
    name: undefined,
    administrator,
  };
}

function toProject(value: Project): DiscoveredProject {
  return {
    externalId: value.uuid,
    key: value.key,
    name: value.name,
    isPrivate: value.is_private ?? true,
    url: webAddress(value.links),
  };
}

function toRepository(value: Repository): DiscoveredRepository {
  return {
    externalId: value.uuid,
    projectExternalId: value.project?.uuid,
    slug: slugOf(value),
    name: value.name,
    description: value.description ?? '',
    isPrivate: value.is_private,
    mainBranch: value.mainbranch?.name,
    language: value.language || undefined,
    sizeBytes: value.size ?? undefined,
    url: webAddress(value.links),
    createdAt: value.created_on === undefined ? undefined : new Date(value.created_on),
    updatedAt: value.updated_on === undefined ? undefined : new Date(value.updated_on),
  };
}
