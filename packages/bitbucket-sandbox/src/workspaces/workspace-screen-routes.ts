import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Sessions } from '../accounts/session.ts';
import { sendPage } from '../pages/send-page.ts';
import type { World } from '../seed/world.ts';
import type { FindAdministeredWorkspace } from './administered-workspace.ts';
import { homePage, settingsPage } from './workspace-pages.ts';

const paramsSchema = z.object({ workspace: z.string() });

export function addWorkspaceScreenRoutes(
  app: FastifyInstance,
  world: World,
  sessions: Sessions,
  administered: FindAdministeredWorkspace,
): void {
  app.get('/', async (request, reply) => {
    const user = sessions.find(request);
    if (user === undefined) return reply.redirect('/account/signin/', 303);
    return sendPage(reply, homePage(user, world.workspacesOf(user.uuid)));
  });

  app.get('/:workspace/workspace/settings', async (request, reply) => {
    const found = administered(request, reply, paramsSchema.parse(request.params).workspace);
    return found === undefined ? reply : sendPage(reply, settingsPage(found.workspace, found.user));
  });
}
