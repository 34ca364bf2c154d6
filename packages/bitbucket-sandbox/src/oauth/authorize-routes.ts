import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Sessions } from '../accounts/session.ts';
import type { User } from '../accounts/user.ts';
import type { ConsumerStore } from '../consumers/consumer-store.ts';
import { messagePage } from '../pages/message-page.ts';
import { sendPage } from '../pages/send-page.ts';
import type { World } from '../seed/world.ts';
import type { Switches } from '../switches/switches.ts';
import { membershipOf } from '../workspaces/workspace.ts';
import { type AuthorizationRequest, checkAuthorizationRequest } from './authorization-request.ts';
import { consentPage } from './consent-page.ts';
import { redirectWith } from './redirect-uri.ts';
import type { TokenStore } from './token-store.ts';

const decisionSchema = z.object({ decision: z.enum(['grant', 'cancel']) });

export interface AuthorizeParts {
  readonly consumers: ConsumerStore;
  readonly tokens: TokenStore;
  readonly sessions: Sessions;
  readonly switches: Switches;
  readonly world: World;
}

/** The consent page and its answer. The form posts to the very URL it was shown at. */
export function addAuthorizeRoutes(app: FastifyInstance, parts: AuthorizeParts): void {
  const { consumers, tokens, sessions, switches, world } = parts;

  /** The request and its user; undefined once the reply has been sent. */
  const begin = (
    request: FastifyRequest,
    reply: FastifyReply,
  ): { authorization: AuthorizationRequest; user: User } | undefined => {
    const checked = checkAuthorizationRequest(request.query, consumers, switches);
    if (checked.kind === 'page') {
      sendPage(reply.code(400), messagePage(checked.title, checked.text));
      return undefined;
    }
    if (checked.kind === 'redirect') {
      reply.redirect(checked.location);
      return undefined;
    }
    const user = sessions.find(request);
    if (user === undefined) {
      reply.redirect(`/account/signin/?next=${encodeURIComponent(request.url)}`);
      return undefined;
    }
    const { consumer, redirectTo, state } = checked.request;
    const workspace = world.findWorkspace(consumer.workspaceSlug);
    if (consumer.isPrivate && (workspace === undefined || membershipOf(workspace, user.uuid) === undefined)) {
      const text = `This is a private consumer: only members of the workspace ${consumer.workspaceSlug} can grant it access.`;
      if (switches.privateConsumerRefusal === 'page')
        sendPage(reply.code(403), messagePage('This is a private consumer', text, user));
      else
        reply.redirect(
          redirectWith(redirectTo, { error: 'unauthorized_client', error_description: text, state }),
        );
      return undefined;
    }
    return { authorization: checked.request, user };
  };

  app.get('/site/oauth2/authorize', async (request, reply) => {
    const begun = begin(request, reply);
    if (begun !== undefined)
      sendPage(reply, consentPage(begun.authorization.consumer, begun.user, request.url));
    return reply;
  });

  app.post('/site/oauth2/authorize', async (request, reply) => {
    const { decision } = decisionSchema.parse(request.body);
    const begun = begin(request, reply);
    if (begun === undefined) return reply;
    const { consumer, redirectTo, redirectUri, state, codeChallenge } = begun.authorization;
    if (decision === 'cancel') {
      const error_description = 'The user denied access to the application.';
      return reply.redirect(redirectWith(redirectTo, { error: 'access_denied', error_description, state }));
    }
    const grant = tokens.createGrant({
      consumerKey: consumer.key,
      subject: { kind: 'user', userUuid: begun.user.uuid },
      scopes: consumer.scopes,
    });
    return reply.redirect(
      redirectWith(redirectTo, { state, code: tokens.issueCode({ grant, redirectUri, codeChallenge }) }),
    );
  });
}
