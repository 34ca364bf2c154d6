import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { notFound } from './api-error.ts';
import type { Links } from './links.ts';
import type { Paginate } from './paging.ts';

const events: readonly (readonly [category: string, event: string, label: string])[] = [
  ['Repository', 'repo:push', 'Push'],
  ['Repository', 'repo:fork', 'Fork'],
  ['Repository', 'repo:updated', 'Updated'],
  ['Repository', 'repo:transfer', 'Transfer accepted'],
  ['Repository', 'repo:created', 'Created'],
  ['Repository', 'repo:deleted', 'Deleted'],
  ['Repository', 'repo:commit_comment_created', 'Commit comment created'],
  ['Repository', 'repo:commit_status_created', 'Build status created'],
  ['Repository', 'repo:commit_status_updated', 'Build status updated'],
  ['Pull Request', 'pullrequest:created', 'Created'],
  ['Pull Request', 'pullrequest:updated', 'Updated'],
  ['Pull Request', 'pullrequest:push', 'Push'],
  ['Pull Request', 'pullrequest:approved', 'Approved'],
  ['Pull Request', 'pullrequest:unapproved', 'Approval removed'],
  ['Pull Request', 'pullrequest:changes_request_created', 'Changes request created'],
  ['Pull Request', 'pullrequest:changes_request_removed', 'Changes request removed'],
  ['Pull Request', 'pullrequest:fulfilled', 'Merged'],
  ['Pull Request', 'pullrequest:rejected', 'Declined'],
  ['Pull Request', 'pullrequest:comment_created', 'Comment created'],
  ['Pull Request', 'pullrequest:comment_updated', 'Comment updated'],
  ['Pull Request', 'pullrequest:comment_deleted', 'Comment deleted'],
  ['Pull Request', 'pullrequest:comment_resolved', 'Comment resolved'],
  ['Pull Request', 'pullrequest:comment_reopened', 'Comment reopened'],
  ['Project', 'project:updated', 'Updated'],
];

const subjects: Readonly<Record<string, readonly string[]>> = {
  repository: ['Repository', 'Pull Request'],
  workspace: ['Repository', 'Pull Request', 'Project'],
};

const paramsSchema = z.object({ subject: z.string() });

/** Public: no token is asked for. */
export function addHookEventRoutes(app: FastifyInstance, links: Links, paginate: Paginate): void {
  app.get('/hook_events', async () => ({
    repository: { links: { events: links.api('/hook_events/repository') } },
    workspace: { links: { events: links.api('/hook_events/workspace') } },
  }));

  app.get('/hook_events/:subject', async (request) => {
    const { subject } = paramsSchema.parse(request.params);
    const categories = subjects[subject];
    if (categories === undefined) throw notFound(`Invalid subject type: ${subject}`);
    const list = events.filter(([category]) => categories.includes(category));
    const render = ([category, event, label]: (typeof events)[number]): object => ({
      event,
      category,
      label,
      description: `${category}: ${label}`,
    });
    return paginate(request, list, render, { defaultPagelen: 30 });
  });
}
