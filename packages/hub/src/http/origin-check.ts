import type { FastifyRequest } from 'fastify';
import { HubError } from './hub-error.ts';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Keeps other sites from acting with a signed-in person's cookie: a request that changes something and carries the
 * cookie must come from a page of ours, and browsers always send Origin with it. Without a cookie there is nothing to
 * ride on, so programs need no Origin; a foreign one is refused all the same (it is how login CSRF would look).
 * @throws HubError `access.origin`
 */
export function checkOrigin(request: FastifyRequest, ownOrigin: string, carriesCookie: boolean): void {
  if (safeMethods.has(request.method)) return;
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const foreign = origin !== undefined && origin !== ownOrigin;
  const missing = origin === undefined && carriesCookie;
  const crossSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (!foreign && !missing && !crossSite) return;
  throw new HubError('access.origin', {
    detail: `Open Lockkeeper at ${ownOrigin}, its public address, and try again.`,
  });
}
