import type { FastifyReply, FastifyRequest } from 'fastify';
import { type RandomBytes, randomText } from '../random-bytes.ts';
import type { World } from '../seed/world.ts';
import type { User } from './user.ts';

/** Cookies ignore the port: the instance on the same host must not meet a cookie of its own name. */
export const SESSION_COOKIE = 'bitbucket_sandbox_session';

export interface Sessions {
  find(request: FastifyRequest): User | undefined;
  begin(reply: FastifyReply, user: User): void;
  end(request: FastifyRequest, reply: FastifyReply): void;
}

export function createSessions(randomBytes: RandomBytes, world: World): Sessions {
  const users = new Map<string, string>();
  return {
    find: (request) => world.findUser(users.get(request.cookies[SESSION_COOKIE] ?? '') ?? ''),
    begin: (reply, user) => {
      const id = randomText(randomBytes, 40);
      users.set(id, user.uuid);
      // SameSite=Lax: another site's form cannot post as this user.
      reply.setCookie(SESSION_COOKIE, id, { path: '/', httpOnly: true, sameSite: 'lax' });
    },
    end: (request, reply) => {
      users.delete(request.cookies[SESSION_COOKIE] ?? '');
      reply.clearCookie(SESSION_COOKIE, { path: '/' });
    },
  };
}
