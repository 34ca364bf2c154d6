import type { FastifyInstance } from 'fastify';
import type { ConsumerStore } from '../consumers/consumer-store.ts';
import type { Subject } from '../oauth/grant.ts';
import { notFound } from '../rest/api-error.ts';
import type { AuthorizeCall } from '../rest/authorize-call.ts';
import type { Links } from '../rest/links.ts';
import type { Paginate } from '../rest/paging.ts';
import { createRandom } from '../seed/random.ts';
import type { World } from '../seed/world.ts';
import { appUserJson, ownAccountJson } from './account-json.ts';
import type { User } from './user.ts';

export interface AccountParts {
  readonly authorize: AuthorizeCall;
  readonly paginate: Paginate;
  readonly links: Links;
  readonly world: World;
  readonly consumers: ConsumerStore;
}

export function addAccountRoutes(app: FastifyInstance, parts: AccountParts): void {
  const { authorize, paginate, links, world, consumers } = parts;

  const userOf = (subject: Subject): User | undefined =>
    subject.kind === 'user' ? world.findUser(subject.userUuid) : undefined;

  app.get('/user', async (request, reply) => {
    const { grant } = authorize(request, reply, 'account');
    const user = userOf(grant.subject);
    if (user !== undefined) return ownAccountJson(links, user);
    return appUserJson(links, {
      uuid: createRandom(`app_user/${grant.consumerKey}`).uuid(),
      displayName: consumers.findByKey(grant.consumerKey)?.name ?? 'OAuth consumer',
      createdOn: grant.grantedOn,
    });
  });

  app.get('/user/emails', async (request, reply) => {
    const user = userOf(authorize(request, reply, 'email').grant.subject);
    const list = user === undefined ? [] : [user.email];
    return paginate(request, list, (email) => ({
      type: 'email',
      email,
      is_primary: true,
      is_confirmed: true,
      links: { self: links.api(`/user/emails/${email}`) },
    }));
  });

  app.get('/user/emails/:email', async (request, reply) => {
    authorize(request, reply, 'email');
    throw notFound('Resource not found');
  });
}
