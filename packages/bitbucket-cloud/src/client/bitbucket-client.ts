import { type Page, type PagePlace, pathSegment, readJson, type ToolContext } from '@lockkeeper/tool';
import type { z } from 'zod';
import { judgeResponse } from './judge-response.ts';
import { pageOf } from './page.ts';
import { grantedScopes } from './scope-headers.ts';
import { type User, user } from './user.ts';

const accept = { accept: 'application/json' };

/** Who the token speaks for, and which scopes it was granted. */
export async function getUser(context: ToolContext): Promise<{ user: User; scopes: string[] | undefined }> {
  const response = await context.call({ method: 'GET', path: '/user', headers: accept }, context.signal);
  await judgeResponse(response, new Date());
  return { user: await readJson(response, user), scopes: grantedScopes(response.headers) };
}

/** One page of any listing. */
export async function getPage<T extends z.ZodType>(
  context: ToolContext,
  place: PagePlace,
  value: T,
): Promise<Page<z.infer<T>>> {
  const response = await context.call(
    { method: 'GET', path: place.path, query: place.query, headers: accept },
    context.signal,
  );
  await judgeResponse(response, new Date());
  const page = await readJson(response, pageOf(value));
  return {
    items: page.values,
    ...(page.size === undefined ? {} : { size: page.size }),
    ...(page.next === undefined ? {} : { next: page.next }),
  };
}

/**
 * First pages. `sort` is always sent, because an unstable order skips and repeats rows, and names a field
 * that is unique or never changes; `role` never is, because it is said to answer 410. Workspaces are
 * addressed by uuid, so that a rename in the middle of a sweep changes nothing.
 */
export const places = {
  workspaces: (): PagePlace => ({ path: '/user/workspaces', query: 'pagelen=100&sort=slug' }),
  projects: (workspaceUuid: string): PagePlace => ({
    path: `/workspaces/${pathSegment(workspaceUuid)}/projects`,
    query: 'pagelen=100&sort=key',
  }),
  repositories: (workspaceUuid: string): PagePlace => ({
    path: `/repositories/${pathSegment(workspaceUuid)}`,
    query: 'pagelen=100&sort=created_on',
  }),
} as const;
