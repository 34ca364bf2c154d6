import type { FastifyRequest } from 'fastify';
import { HubError } from '../http/hub-error.ts';
import type { UserPrincipal } from '../http/principal.ts';

/** Where a request came from. */
export interface Client {
  address: string;
  userAgent: string;
  requestId: string;
  /** The Cookie header: a session that the browser has already ends when a new one begins. */
  cookies: string;
}

export function clientOf(request: FastifyRequest): Client {
  return {
    address: request.ip,
    userAgent: request.headers['user-agent'] ?? '',
    requestId: request.id,
    cookies: request.headers.cookie ?? '',
  };
}

/** An API key has no session. */
export function personOf(request: FastifyRequest): UserPrincipal {
  if (request.principal?.kind !== 'user') throw new HubError('access.unauthenticated');
  return request.principal;
}
