import { createServer, type RequestListener, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { newId } from '../db/ids.ts';
import { type AuthorizationOptions, registerAuthorization } from './authorization.ts';
import type { HttpApp } from './http-app-type.ts';
import { HubError } from './hub-error.ts';
import { type IdempotencyOptions, registerIdempotency } from './idempotency.ts';
import { registerJsonBody } from './json-body.ts';
import { registerOpenApi } from './openapi.ts';
import { renderProblem, sendProblem } from './problem-renderer.ts';
import { registerRequestLog } from './request-log.ts';
import { routePolicy } from './route-policy.ts';
import { registerSecurityHeaders } from './security-headers.ts';
import { registerWebApp } from './web-app.ts';

const SECOND = 1000;
const CLOSE_IDLE_EVERY_MS = 50;
const BODY_LIMIT_BYTES = 256 * 1024;

export interface HttpAppOptions
  extends Pick<AuthorizationOptions, 'authenticate' | 'sessionCookie' | 'onDenied'> {
  publicUrl: URL;
  logger: FastifyBaseLogger;
  version: string;
  /** The built web application; without it the instance answers its API only. */
  webRoot?: string | undefined;
  tls?: { cert: string | Buffer; key: string | Buffer } | undefined;
  /** Addresses of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed; none by default. */
  trustedProxies?: readonly string[] | undefined;
  /** Without it the header Idempotency-Key has no meaning. */
  idempotency?: IdempotencyOptions | undefined;
  /** Asked again before a request is answered when this machine's clocks have parted, as after it has slept. */
  clock?: { isInDoubt(): boolean; synchronise(): Promise<void> } | undefined;
  /** Replaced in tests only. */
  serverLimits?: Pick<ServerOptions, 'connectionsCheckingInterval' | 'requestTimeout' | 'headersTimeout'>;
  /** Likewise. */
  policy?: AuthorizationOptions['policy'];
}

/**
 * The instance's HTTP server with everything that all routes share, and no route of a feature yet. Register routes on
 * the result, then `await app.ready()`: it fails when a route is missing in `route-policy.ts`.
 */
export async function createHttpApp(options: HttpAppOptions): Promise<HttpApp> {
  const { publicUrl, tls } = options;
  const app: HttpApp = fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    // Ours alone: an id that a client sends could forge log lines.
    genReqId: () => newId('request'),
    requestIdHeader: false,
    bodyLimit: BODY_LIMIT_BYTES,
    exposeHeadRoutes: true,
    trustProxy: options.trustedProxies === undefined ? false : [...options.trustedProxies],
    forceCloseConnections: 'idle',
    // Whoever got through before the listeners closed is answered as ever.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => renderProblem(error, request, reply),
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 200 },
    serverFactory: (handler) => {
      const limits = {
        connectionsCheckingInterval: 5 * SECOND,
        requestTimeout: 60 * SECOND,
        headersTimeout: 20 * SECOND,
        keepAliveTimeout: 72 * SECOND,
        ...options.serverLimits,
      };
      const listener: RequestListener = handler;
      return tls === undefined
        ? createServer(limits, listener)
        : createTlsServer({ ...limits, ...tls, minVersion: 'TLSv1.2' }, listener);
    },
  }).withTypeProvider<ZodTypeProvider>();

  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(renderProblem);
  app.setNotFoundHandler((request, reply) => sendProblem(new HubError('route.unknown'), request, reply));
  // JSON alone: forms and text/plain are what other sites can send without asking.
  app.removeContentTypeParser('text/plain');
  registerJsonBody(app);

  closeWhatFallsIdle(app);
  const { clock } = options;
  if (clock !== undefined) {
    app.addHook('onRequest', (_request, _reply, done) => {
      if (!clock.isInDoubt()) return done();
      // Without the database hardly anything is answered, and nothing from memory for long.
      const proceed = () => done();
      clock.synchronise().then(proceed, proceed);
    });
  }
  registerRequestLog(app);
  await registerSecurityHeaders(app, publicUrl);
  await app.register(cookie);
  // Routes opt in with `config.rateLimit`; the hot path must not pay for a counter.
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, { after }) =>
      new HubError('request.too_many', { detail: `Try again in ${after}.` }),
  });
  registerAuthorization(app, {
    policy: options.policy ?? routePolicy,
    authenticate: options.authenticate,
    sessionCookie: options.sessionCookie,
    publicOrigin: publicUrl.origin,
    onDenied: options.onDenied,
  });
  if (options.idempotency !== undefined) registerIdempotency(app, options.idempotency);
  await registerOpenApi(app, options, options.policy ?? routePolicy);
  if (options.webRoot !== undefined) await registerWebApp(app, options.webRoot);
  return app;
}

/**
 * Connections are kept for the next request. Closing ends those that are idle at that moment; one that was busy would
 * keep the server from ending for as long as it is kept afterwards.
 */
function closeWhatFallsIdle(app: HttpApp): void {
  app.addHook('preClose', (done) => {
    const timer = setInterval(() => app.server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS);
    app.server.once('close', () => clearInterval(timer));
    timer.unref();
    done();
  });
}
