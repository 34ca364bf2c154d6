import {
  ownPassword,
  ownSession,
  pageOf,
  passwordChange,
  recoveryCodes,
  secondFactor,
  sessionId,
  twoFactorEnrolment,
  twoFactorState,
} from '@lockkeeper/contract';
import { z } from 'zod';
import type { HttpApp } from '../http/http-app-type.ts';
import { clientOf, personOf } from './client.ts';
import type { ConfirmationService } from './confirmation-service.ts';
import type { OwnSessionService } from './own-session-service.ts';
import type { TwoFactorService } from './two-factor-service.ts';

const none = z.undefined();

export interface AccountServices {
  ownSessions: OwnSessionService;
  confirmations: ConfirmationService;
  twoFactor: TwoFactorService;
}

/** What people do with their own account; an API key has none, and gets 401. */
export function registerAccountRoutes(
  app: HttpApp,
  { ownSessions, confirmations, twoFactor }: AccountServices,
): void {
  app.get('/api/v1/sessions', { schema: { response: { 200: pageOf(ownSession) } } }, async (request) =>
    ownSessions.list(personOf(request)),
  );

  app.delete(
    '/api/v1/sessions/:id',
    { schema: { params: z.strictObject({ id: sessionId }), response: { 204: none } } },
    async (request, reply) => {
      await ownSessions.end(personOf(request), request.params.id, request.id);
      return reply.code(204).send();
    },
  );

  app.post('/api/v1/sessions/end-others', { schema: { response: { 204: none } } }, async (request, reply) => {
    await ownSessions.endOthers(personOf(request), request.id);
    return reply.code(204).send();
  });

  app.put(
    '/api/v1/session/password',
    { schema: { body: passwordChange, response: { 204: none } } },
    async (request, reply) => {
      await confirmations.changePassword(personOf(request), request.body, clientOf(request));
      return reply.code(204).send();
    },
  );

  app.get('/api/v1/session/two-factor', { schema: { response: { 200: twoFactorState } } }, async (request) =>
    twoFactor.state(personOf(request)),
  );

  app.post(
    '/api/v1/session/two-factor',
    { schema: { body: ownPassword, response: { 201: twoFactorEnrolment } } },
    async (request, reply) =>
      reply
        .code(201)
        .send(await twoFactor.begin(personOf(request), request.body.password, clientOf(request))),
  );

  app.post(
    '/api/v1/session/two-factor/verify',
    { schema: { body: secondFactor, response: { 200: twoFactorState } } },
    async (request, reply) => {
      const person = personOf(request);
      const cookies = await twoFactor.finish(person, request.body.code, clientOf(request));
      for (const cookie of cookies) reply.header('set-cookie', cookie);
      return twoFactor.state(person);
    },
  );

  app.post(
    '/api/v1/session/two-factor/recovery-codes',
    { schema: { body: ownPassword, response: { 201: recoveryCodes } } },
    async (request, reply) => {
      const { password } = request.body;
      const codes = await twoFactor.replaceRecoveryCodes(personOf(request), password, clientOf(request));
      return reply.code(201).send({ recoveryCodes: codes });
    },
  );

  app.delete(
    '/api/v1/session/two-factor',
    { schema: { response: { 204: none } } },
    async (request, reply) => {
      await twoFactor.disable(personOf(request), clientOf(request));
      return reply.code(204).send();
    },
  );
}
