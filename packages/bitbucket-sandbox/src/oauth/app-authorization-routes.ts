import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Sessions } from '../accounts/session.ts';
import type { User } from '../accounts/user.ts';
import type { ConsumerStore } from '../consumers/consumer-store.ts';
import { type Html, html } from '../pages/html.ts';
import { layout } from '../pages/layout.ts';
import { sendPage } from '../pages/send-page.ts';
import type { Grant } from './grant.ts';
import type { TokenStore } from './token-store.ts';

const path = '/account/settings/app-authorizations';
const paramsSchema = z.object({ id: z.coerce.number().int().catch(0) });

/** Where a user sees and revokes what was granted; Bitbucket has no revocation endpoint. */
export function addAppAuthorizationRoutes(
  app: FastifyInstance,
  sessions: Sessions,
  consumers: ConsumerStore,
  tokens: TokenStore,
): void {
  const grantsOf = (user: User): Grant[] =>
    tokens
      .listGrants()
      .filter((grant) => grant.subject.kind === 'user' && grant.subject.userUuid === user.uuid);

  app.get(path, async (request, reply) => {
    const user = sessions.find(request);
    if (user === undefined) return reply.redirect(`/account/signin/?next=${path}`, 303);
    return sendPage(reply, authorizationsPage(user, grantsOf(user), consumers));
  });

  app.post(`${path}/:id/revoke`, async (request, reply) => {
    const user = sessions.find(request);
    const { id } = paramsSchema.parse(request.params);
    const grant = user && grantsOf(user).find((one) => one.id === id);
    if (grant !== undefined) tokens.revokeGrant(grant);
    return reply.redirect(path, 303);
  });
}

function authorizationsPage(user: User, grants: readonly Grant[], consumers: ConsumerStore): Html {
  const rows = grants.map(
    (grant) => html`<tr><td>${consumers.findByKey(grant.consumerKey)?.name ?? 'a deleted consumer'}</td>
<td>${grant.scopes.join(' ')}</td>
<td><form method="post" action="${path}/${grant.id}/revoke"><button class="danger">Revoke</button></form></td></tr>`,
  );
  return layout(
    'App authorizations',
    user,
    html`<h1>App authorizations</h1><div class="card scroll">${
      rows.length === 0
        ? html`<p class="quiet">You have not granted access to any application.</p>`
        : html`<table><thead><tr><th>Application</th><th>Permissions</th><th></th></tr></thead><tbody>${rows}</tbody></table>`
    }</div>`,
  );
}
