import { session, setup, setupState, signIn } from '@lockkeeper/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { HttpApp } from '../http/http-app-type.ts';
import { HubError } from '../http/hub-error.ts';
import type { UserPrincipal } from '../http/principal.ts';
import type { Client, SessionAnswer, SessionService } from './session-service.ts';

/** Looking a link up costs little, a password's hash much; nobody needs more than this. */
const setUpRate = { max: 30, timeWindow: '1 minute' };

export function registerSessionRoutes(app: HttpApp, sessions: SessionService): void {
  app.get('/api/v1/setup', { schema: { response: { 200: setupState } } }, async () => ({
    required: await sessions.setupRequired(),
  }));

  app.post(
    '/api/v1/setup',
    { schema: { body: setup, response: { 201: session } }, config: { rateLimit: setUpRate } },
    async (request, reply) => answer(reply, 201, await sessions.setUp(request.body, clientOf(request))),
  );

  app.post(
    '/api/v1/session',
    { schema: { body: signIn, response: { 201: session } } },
    async (request, reply) => answer(reply, 201, await sessions.signIn(request.body, clientOf(request))),
  );

  app.get('/api/v1/session', { schema: { response: { 200: session } } }, async (request) =>
    sessions.get(personOf(request)),
  );

  app.delete('/api/v1/session', { schema: { response: { 204: z.undefined() } } }, async (request, reply) => {
    for (const cookie of await sessions.signOut(personOf(request), clientOf(request))) {
      reply.header('set-cookie', cookie);
    }
    return reply.code(204).send();
  });
}

function answer(
  reply: FastifyReply,
  status: number,
  { session: body, setCookie }: SessionAnswer,
): FastifyReply {
  for (const cookie of setCookie) reply.header('set-cookie', cookie);
  return reply.code(status).send(body);
}

/** An API key has no session. */
function personOf(request: FastifyRequest): UserPrincipal {
  if (request.principal?.kind !== 'user') throw new HubError('access.unauthenticated');
  return request.principal;
}

function clientOf(request: FastifyRequest): Client {
  return {
    address: request.ip,
    userAgent: request.headers['user-agent'] ?? '',
    requestId: request.id,
    cookies: request.headers.cookie ?? '',
  };
}
