import {
  accessTokenHandOut,
  authorizationStarted,
  credentialId,
  credentialTokenRevocation,
  tokenView,
} from '@lockkeeper/contract';
import { z } from 'zod';
import { callerOf } from '../http/caller.ts';
import type { HttpApp } from '../http/http-app-type.ts';
import { principalOf } from '../http/principal.ts';
import type { AuthorizationService } from './authorization-service.ts';
import type { TokenService } from './token-service.ts';

const tags = ['Tokens'];
const params = z.object({ id: credentialId });
const path = '/api/v1/credentials/:id';

export function registerTokenRoutes(
  app: HttpApp,
  tokens: TokenService,
  authorizations: AuthorizationService,
): void {
  app.post(
    `${path}/authorization`,
    { schema: { tags, params, response: { 200: tokenView, 201: authorizationStarted } } },
    async (request, reply) => {
      const obtained = await tokens.obtain(request.params.id, callerOf(request));
      if (obtained !== undefined) return reply.code(200).send(obtained);
      const started = await authorizations.begin(request.params.id, principalOf(request));
      return reply.code(201).send(started);
    },
  );

  app.get(`${path}/token`, { schema: { tags, params, response: { 200: tokenView } } }, (request) =>
    tokens.view(request.params.id),
  );

  app.post(`${path}/token/refresh`, { schema: { tags, params, response: { 200: tokenView } } }, (request) =>
    tokens.refresh(request.params.id, callerOf(request)),
  );

  app.post(
    `${path}/token/revoke`,
    { schema: { tags, params, response: { 200: credentialTokenRevocation } } },
    (request) => tokens.revoke(request.params.id, callerOf(request)),
  );

  app.post(
    `${path}/access-token`,
    { schema: { tags, params, response: { 200: accessTokenHandOut } }, config: { isHot: true } },
    (request) => tokens.handOut(request.params.id, callerOf(request)),
  );
}
