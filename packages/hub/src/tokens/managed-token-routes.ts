import {
  listQuery,
  managedToken,
  managedTokenFilter,
  pageOf,
  revokedToken,
  revokedTokenFilter,
  tokenId,
  tokenRevocation,
  tokenRevocationId,
  tokensToRevoke,
} from '@lockkeeper/contract';
import { z } from 'zod';
import type { Db } from '../db/database.ts';
import { callerOf } from '../http/caller.ts';
import type { HttpApp } from '../http/http-app-type.ts';
import { found } from '../http/hub-error.ts';
import { findManagedToken, listManagedTokens, managedTokenSorts } from './managed-token-store.ts';
import type { TokenRevocations } from './token-revocations.ts';

const tags = ['Tokens'];
const { q: _q, ...listed } = managedTokenFilter.shape;
const tokensQuery = listQuery(managedTokenSorts, 'state').extend(listed);
const revocations = '/api/v1/token-revocations';
const params = z.object({ id: tokenRevocationId });
const revokedTokensQuery = listQuery(['name', 'provider'], 'provider').extend(revokedTokenFilter.shape);

/** **Manage Tokens**: every token, and revoking many at once. */
export function registerManagedTokenRoutes(
  app: HttpApp,
  db: Db,
  service: TokenRevocations,
  now: () => Date,
): void {
  app.get(
    '/api/v1/tokens',
    { schema: { tags, querystring: tokensQuery, response: { 200: pageOf(managedToken) } } },
    (request) => listManagedTokens(db, request.query, now()),
  );

  app.get(
    '/api/v1/tokens/:id',
    { schema: { tags, params: z.object({ id: tokenId }), response: { 200: managedToken } } },
    async (request) => found(await findManagedToken(db, request.params.id, now()), 'token'),
  );

  app.post(
    '/api/v1/tokens/revoke',
    { schema: { tags, body: tokensToRevoke, response: { 201: tokenRevocation } } },
    async (request, reply) => {
      const revocation = await service.revoke(request.body, callerOf(request));
      return reply.code(201).header('location', `${revocations}/${revocation.id}`).send(revocation);
    },
  );

  app.get(
    revocations,
    {
      schema: {
        tags,
        querystring: listQuery(['createdAt'], '-createdAt'),
        response: { 200: pageOf(tokenRevocation) },
      },
    },
    (request) => service.list(request.query),
  );

  app.get(`${revocations}/:id`, { schema: { tags, params, response: { 200: tokenRevocation } } }, (request) =>
    service.get(request.params.id),
  );

  app.get(
    `${revocations}/:id/tokens`,
    { schema: { tags, params, querystring: revokedTokensQuery, response: { 200: pageOf(revokedToken) } } },
    (request) => service.listTokens(request.params.id, request.query),
  );

  app.post(
    `${revocations}/:id/repeat`,
    { schema: { tags, params, response: { 200: tokenRevocation } } },
    (request) => service.repeatFailed(request.params.id, callerOf(request)),
  );
}
