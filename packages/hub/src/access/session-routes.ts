import {
  confirmation,
  type SignInOptions,
  secondFactor,
  secondFactorNeeded,
  session,
  setup,
  setupState,
  signIn,
  signInOptions,
} from '@lockkeeper/contract';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { HttpApp } from '../http/http-app-type.ts';
import { clientOf, personOf } from './client.ts';
import type { ConfirmationService } from './confirmation-service.ts';
import type { SessionAnswer, SessionService } from './session-service.ts';

/** Looking a link up costs little, a password's hash much; nobody needs more than this. */
const setUpRate = { max: 30, timeWindow: '1 minute' };

export function registerSessionRoutes(
  app: HttpApp,
  sessions: SessionService,
  confirmations: ConfirmationService,
  options: SignInOptions,
): void {
  app.get('/api/v1/session/options', { schema: { response: { 200: signInOptions } } }, async () => options);

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
    { schema: { body: signIn, response: { 201: session, 202: secondFactorNeeded } } },
    async (request, reply) => {
      const signedIn = await sessions.signIn(request.body, clientOf(request));
      if ('session' in signedIn) return answer(reply, 201, signedIn);
      for (const cookie of signedIn.setCookie) reply.header('set-cookie', cookie);
      return reply.code(202).send({ secondFactorNeeded: true });
    },
  );

  app.post(
    '/api/v1/session/second-factor',
    { schema: { body: secondFactor, response: { 201: session } } },
    async (request, reply) =>
      answer(reply, 201, await sessions.signInWithCode(request.body.code, clientOf(request))),
  );

  app.post(
    '/api/v1/session/confirmation',
    { schema: { body: confirmation, response: { 204: z.undefined() } } },
    async (request, reply) => {
      await confirmations.confirm(personOf(request), request.body, clientOf(request));
      return reply.code(204).send();
    },
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
