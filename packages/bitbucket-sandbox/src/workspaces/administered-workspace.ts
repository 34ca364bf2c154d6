import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Sessions } from '../accounts/session.ts';
import type { User } from '../accounts/user.ts';
import { messagePage } from '../pages/message-page.ts';
import { sendPage } from '../pages/send-page.ts';
import { wantsJson } from '../pages/wants-json.ts';
import type { World } from '../seed/world.ts';
import { isAdministrator, type Workspace } from './workspace.ts';

export type FindAdministeredWorkspace = (
  request: FastifyRequest,
  reply: FastifyReply,
  slug: string,
) => { workspace: Workspace; user: User } | undefined;

/** The workspace if the signed-in user administers it; otherwise the reply has been sent. */
export function findAdministeredWorkspace(world: World, sessions: Sessions): FindAdministeredWorkspace {
  return (request, reply, slug) => {
    const user = sessions.find(request);
    if (user === undefined) {
      if (wantsJson(request)) reply.code(401).send({ errors: { user: 'Sign in first.' } });
      else reply.redirect(`/account/signin/?next=${encodeURIComponent(request.url)}`, 303);
      return undefined;
    }
    const workspace = world.findWorkspace(slug);
    if (workspace === undefined) {
      sendPage(reply.code(404), messagePage('Not found', `There is no workspace ${slug}.`, user));
      return undefined;
    }
    if (!isAdministrator(workspace, user.uuid)) {
      const text = `Only administrators of ${workspace.name} can change its settings. You are signed in as ${user.displayName}.`;
      if (wantsJson(request)) reply.code(403).send({ errors: { user: text } });
      else sendPage(reply.code(403), messagePage('No access', text, user));
      return undefined;
    }
    return { workspace, user };
  };
}
