import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Sessions } from '../accounts/session.ts';
import type { User } from '../accounts/user.ts';
import { messagePage } from '../pages/message-page.ts';
import { sendPage } from '../pages/send-page.ts';
import type { World } from '../seed/world.ts';
import { membershipOf, type Workspace } from '../workspaces/workspace.ts';
import { repositoryListPage, repositoryPage } from './repository-pages.ts';

const paramsSchema = z.object({ workspace: z.string(), repository: z.string().optional() });

/** Where the `html` links of the API lead. */
export function addRepositoryScreenRoutes(app: FastifyInstance, world: World, sessions: Sessions): void {
  const begin = (
    request: FastifyRequest,
    reply: FastifyReply,
  ): { workspace: Workspace; user: User } | undefined => {
    const user = sessions.find(request);
    if (user === undefined) {
      reply.redirect(`/account/signin/?next=${encodeURIComponent(request.url)}`, 303);
      return undefined;
    }
    const workspace = world.findWorkspace(paramsSchema.parse(request.params).workspace);
    if (workspace !== undefined && membershipOf(workspace, user.uuid) !== undefined)
      return { workspace, user };
    const text = 'There is no such page, or you may not see it.';
    sendPage(reply.code(404), messagePage('Not found', text, user));
    return undefined;
  };

  app.get('/:workspace', async (request, reply) => {
    const found = begin(request, reply);
    return found === undefined ? reply : sendPage(reply, repositoryListPage(found.workspace, found.user));
  });

  const show = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const found = begin(request, reply);
    if (found === undefined) return reply;
    const { workspace, user } = found;
    const repository = world.findRepository(workspace, paramsSchema.parse(request.params).repository ?? '');
    if (repository === undefined)
      return sendPage(reply.code(404), messagePage('Not found', 'There is no such repository.', user));
    return sendPage(reply, repositoryPage(workspace, repository, world.historyOf(repository), user));
  };
  app.get('/:workspace/:repository', show);
  app.get('/:workspace/:repository/branch/*', show);
  app.get('/:workspace/:repository/commits/:commit', show);
}
