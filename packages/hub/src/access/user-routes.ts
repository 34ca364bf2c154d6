import {
  invitation,
  invitationCreate,
  listQuery,
  pageOf,
  roleView,
  user,
  userId,
  userPatch,
} from '@lockkeeper/contract';
import { z } from 'zod';
import { callerOf } from '../http/caller.ts';
import type { HttpApp } from '../http/http-app-type.ts';
import { roleViews } from './role.ts';
import type { TwoFactorService } from './two-factor-service.ts';
import type { UserService } from './user-service.ts';

const params = z.strictObject({ id: userId });

export function registerUserRoutes(app: HttpApp, users: UserService, twoFactor: TwoFactorService): void {
  app.get('/api/v1/roles', { schema: { response: { 200: pageOf(roleView) } } }, async () => ({
    items: [...roleViews],
    nextCursor: null,
    total: roleViews.length,
  }));

  app.get(
    '/api/v1/users',
    {
      schema: {
        querystring: listQuery(['name', 'email', 'createdAt'], 'name'),
        response: { 200: pageOf(user) },
      },
    },
    async (request) => users.list(request.query),
  );

  app.get('/api/v1/users/:id', { schema: { params, response: { 200: user } } }, async (request) =>
    users.get(request.params.id),
  );

  app.patch(
    '/api/v1/users/:id',
    { schema: { params, body: userPatch, response: { 200: user } } },
    async (request) => users.change(request.params.id, request.body, callerOf(request)),
  );

  app.post(
    '/api/v1/users/:id/reset-two-factor',
    { schema: { params, response: { 200: user } } },
    async (request) => {
      await twoFactor.reset(request.params.id, callerOf(request));
      return users.get(request.params.id);
    },
  );

  app.post(
    '/api/v1/users/invitations',
    { schema: { body: invitationCreate, response: { 201: invitation } } },
    async (request, reply) => reply.code(201).send(await users.invite(request.body, callerOf(request))),
  );
}
