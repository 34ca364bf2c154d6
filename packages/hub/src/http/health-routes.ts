import { z } from 'zod';
import type { HttpApp } from './http-app-type.ts';

/** Something the instance cannot work without: resolves when it is well, rejects when it is not. */
export interface ReadinessCheck {
  name: string;
  check(): Promise<void>;
}

const health = z.object({ status: z.literal('ok') });
const readiness = z.object({
  status: z.enum(['ready', 'not_ready']),
  checks: z.record(z.string(), z.enum(['ok', 'failed'])),
  /** This machine's clock minus the database's, which is the one that counts. */
  clockSkewSeconds: z.number(),
});

/** `/healthz`: the process answers. `/readyz`: it can do its work; a load balancer sends no traffic otherwise. */
export function registerHealthRoutes(
  app: HttpApp,
  checks: readonly ReadinessCheck[],
  skewMs: () => number = () => 0,
): void {
  app.get('/healthz', { schema: { response: { 200: health } } }, async () => ({ status: 'ok' as const }));

  app.get('/readyz', { schema: { response: { 200: readiness, 503: readiness } } }, async (request, reply) => {
    const results = await Promise.all(
      checks.map(async ({ name, check }) => {
        try {
          await check();
          return [name, 'ok' as const] as const;
        } catch (cause) {
          request.log.warn({ err: cause, check: name }, 'not ready');
          return [name, 'failed' as const] as const;
        }
      }),
    );
    const ready = results.every(([, result]) => result === 'ok');
    return reply.code(ready ? 200 : 503).send({
      status: ready ? 'ready' : 'not_ready',
      checks: Object.fromEntries(results),
      clockSkewSeconds: Math.round(skewMs() / 100) / 10,
    });
  });
}
