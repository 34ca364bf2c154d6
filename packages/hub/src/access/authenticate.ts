import type { Db } from '../db/database.ts';
import type { Authenticate, UserPrincipal } from '../http/principal.ts';
import type { ApiKeyService } from './api-key-service.ts';
import type { PeopleAuth, SignedIn } from './people-auth.ts';
import { sessionCookie } from './people-auth-options.ts';
import { userOf } from './user.ts';
import { findSignedIn } from './user-store.ts';

/** How long a proof of who a person is counts, for what asks for one. */
const CONFIRMED_FOR_MS = 10 * 60_000;

const bearer = /^Bearer +(\S+)$/i;

/** An API key in the Authorization header, or a person's session cookie. A wrong key is not made good by a cookie. */
export function createAuthenticate(
  db: Db,
  peopleAuth: PeopleAuth,
  apiKeys: Pick<ApiKeyService, 'authenticate'>,
  now: () => Date,
): Authenticate {
  return async (request, reply) => {
    const { authorization, cookie } = request.headers;
    if (authorization !== undefined) {
      const [, key] = bearer.exec(authorization) ?? [];
      if (key === undefined) return undefined;
      return apiKeys.authenticate(key, { address: request.ip, requestId: request.id });
    }
    if (cookie === undefined || request.cookies[sessionCookie] === undefined) return undefined;
    const found = await peopleAuth.findSession(cookie);
    if (found === undefined) return undefined;
    for (const line of found.setCookie) reply.header('set-cookie', line);
    return personOf(db, found, now());
  };
}

async function personOf(
  db: Db,
  { userId, sessionId }: SignedIn,
  now: Date,
): Promise<UserPrincipal | undefined> {
  const row = await findSignedIn(db, userId, sessionId);
  // Deactivation ends all sessions; this is for one that begins at the same moment.
  if (row === undefined || !row.active) return undefined;
  const { id, name, email, roles } = userOf(row);
  const provedAtMs = row.authenticated_at?.getTime() ?? Number.NEGATIVE_INFINITY;
  const confirmed = now.getTime() - provedAtMs <= CONFIRMED_FOR_MS;
  return { kind: 'user', id, name, email, roles, sessionId, confirmed };
}
