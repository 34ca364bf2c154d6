import type { FastifyRequest } from 'fastify';

/** The forms answer programs in JSON: `Accept: application/json`. */
export function wantsJson(request: FastifyRequest): boolean {
  return request.headers.accept?.startsWith('application/json') ?? false;
}
