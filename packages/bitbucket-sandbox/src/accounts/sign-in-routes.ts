import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { messagePage } from '../pages/message-page.ts';
import { sendPage } from '../pages/send-page.ts';
import { wantsJson } from '../pages/wants-json.ts';
import type { World } from '../seed/world.ts';
import type { Sessions } from './session.ts';
import { signInPage } from './sign-in-page.ts';

const querySchema = z.object({ next: z.string().optional().catch(undefined) });
const formSchema = z.object({ user: z.string(), next: z.string().optional() });

export function addSignInRoutes(app: FastifyInstance, world: World, sessions: Sessions): void {
  app.get('/account/signin/', async (request, reply) =>
    sendPage(reply, signInPage(world, localPath(querySchema.parse(request.query).next))),
  );

  app.post('/account/signin/', async (request, reply) => {
    const form = formSchema.parse(request.body);
    const user = world.users.find((one) => [one.nickname, one.displayName, one.uuid].includes(form.user));
    if (user === undefined) {
      const text = 'There is no such sandbox user.';
      if (wantsJson(request)) return reply.code(400).send({ errors: { user: text } });
      return sendPage(reply.code(400), messagePage('Sign in', text));
    }
    sessions.begin(reply, user);
    if (wantsJson(request))
      return { nickname: user.nickname, display_name: user.displayName, uuid: user.uuid };
    return reply.redirect(localPath(form.next), 303);
  });

  app.post('/account/signout/', async (request, reply) => {
    sessions.end(request, reply);
    return reply.redirect('/account/signin/', 303);
  });
}

/** Only a path of this server, never another site. */
function localPath(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])/.test(next) ? next : '/';
}
