import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { HttpApp } from '../http/http-app-type.ts';
import type { AuthorizationService } from './authorization-service.ts';
import { callbackHeaders, renderCallbackPage } from './callback-html.ts';
import type { CallbackPage } from './callback-page.ts';
import { anonymousResult } from './callback-pages.ts';

// Each attempt costs a look-up; nobody consents this often.
const config = { rateLimit: { max: 300, timeWindow: 60_000 } };

/** Where providers send browsers, and the clean page that follows: its address holds neither code nor state. */
export function registerCallbackRoutes(app: HttpApp, service: AuthorizationService, publicUrl: URL): void {
  const finish = async (request: FastifyRequest, reply: FastifyReply, registryId: string | undefined) => {
    const callback = {
      // Read as it came: the framework would make a list of a parameter that is there twice.
      parameters: new URLSearchParams(request.raw.url?.split('?').slice(1).join('?') ?? ''),
      registryId,
      principal: request.principal,
      requestId: request.id,
    };
    const resultId = await service.finish(callback).catch((error: unknown) => {
      request.log.error({ err: error }, 'the callback failed');
      return anonymousResult('internal', request.id);
    });
    return reply
      .code(303)
      .headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
      .header('location', `/oauth_result/${resultId}`)
      .send();
  };

  // No HEAD: it would use the state up.
  app.get(
    '/oauth_redirect.do',
    { exposeHeadRoute: false, config, schema: { hide: true } },
    (request, reply) => finish(request, reply, undefined),
  );

  app.get(
    '/oauth_redirect.do/:registryId',
    {
      exposeHeadRoute: false,
      config,
      schema: { hide: true, params: z.object({ registryId: z.string().max(100) }) },
    },
    (request, reply) => finish(request, reply, request.params.registryId),
  );

  app.get(
    '/oauth_result/:id',
    { config, schema: { hide: true, params: z.object({ id: z.string().max(100) }) } },
    async (request, reply) => {
      const page = (await service.findResult(request.params.id)) ?? gonePage(request.id);
      return reply.code(page.status).headers(callbackHeaders).send(renderCallbackPage(page, publicUrl));
    },
  );
}

function gonePage(requestId: string): CallbackPage {
  return {
    kind: 'failure',
    status: 404,
    title: 'This page is no longer kept',
    lead: 'What came of a **Get OAuth Token** is shown here for 15 minutes. The credential and its history still tell it.',
    facts: [],
    steps: [],
    unchanged: null,
    links: [{ label: 'Open Credentials', path: '/credentials' }],
    code: 'oauth.result_gone',
    requestId,
  };
}
