import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Called so often that its successes are not logged one by one; who used what is in the audit log. */
    isHot?: boolean;
  }
}

/**
 * One line for each answer. No query string (a callback's carries the code), no header, no body; of unknown addresses
 * only the beginning. The line is JSON, so control characters in it arrive escaped.
 */
export function registerRequestLog(app: FastifyInstance): void {
  // With a callback and not async, like every hook that waits for nothing and runs for each request: no promise.
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    if (request.routeOptions.config.isHot === true && reply.statusCode < 400) return done();
    request.log.info(
      {
        method: request.method,
        path: (request.url.split('?', 1)[0] ?? '').slice(0, 200),
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime * 10) / 10,
        actor: request.principal?.id,
      },
      'answered',
    );
    done();
  });
}
