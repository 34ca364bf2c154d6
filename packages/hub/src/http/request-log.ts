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
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    if (request.routeOptions.config.isHot === true && reply.statusCode < 400) return;
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
  });
}
