import { ssoBegin, ssoBegun } from '@lockkeeper/contract';
import type { HttpApp } from '../http/http-app-type.ts';
import { HubError } from '../http/hub-error.ts';
import { clientOf } from './client.ts';
import type { SsoOutcome, SsoService } from './sso-service.ts';

/** Ties the answer to the browser that asked. */
const browserCookie = '__Host-lockkeeper-sso';
const cookieOptions = { path: '/', secure: true, httpOnly: true, sameSite: 'lax' } as const;

export const ssoCallbackPath = '/sso/callback';

/** @param sso undefined where no provider is configured */
export function registerSsoRoutes(app: HttpApp, sso: SsoService | undefined, publicUrl: URL): void {
  app.post(
    '/api/v1/session/single-sign-on',
    {
      schema: { body: ssoBegin, response: { 201: ssoBegun } },
      config: { rateLimit: { max: 60, timeWindow: '1 minute' } },
    },
    async (request, reply) => {
      const service = configured(sso);
      const { authorizationUrl, browserToken } = await service.begin(request.body.purpose, request.principal);
      return reply
        .setCookie(browserCookie, browserToken, { ...cookieOptions, maxAge: 600 })
        .code(201)
        .send({ authorizationUrl });
    },
  );

  // The way back from the provider: always a redirect, to an address without the code.
  app.get(ssoCallbackPath, { schema: { hide: true } }, async (request, reply) => {
    const answer = new URL(request.url, publicUrl);
    const outcome = await configured(sso).finish(answer, request.cookies[browserCookie], clientOf(request));
    reply.clearCookie(browserCookie, cookieOptions);
    if ('setCookie' in outcome) for (const line of outcome.setCookie) reply.header('set-cookie', line);
    return reply.header('cache-control', 'no-store').redirect(landingOf(outcome), 303);
  });
}

function landingOf(outcome: SsoOutcome): string {
  if ('refused' in outcome) return `/sign-in?refused=${outcome.refused}`;
  return outcome.done === 'confirmed' ? '/confirmed' : '/';
}

function configured(sso: SsoService | undefined): SsoService {
  if (sso === undefined)
    throw new HubError('route.unknown', { detail: 'Single sign-on is not set up here.' });
  return sso;
}
