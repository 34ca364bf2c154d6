import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { HttpApp } from './http-app-type.ts';

/**
 * `GET /metrics` in Prometheus' text format. It names routes and counts, so it asks for a role like everything else:
 * give the scraper an API key with the role viewer (`authorization: Bearer lk_…`).
 * @returns the registry, for features to add their own metrics to
 */
export function registerMetrics(app: HttpApp): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'lockkeeper_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
    registers: [registry],
  });
  app.addHook('onResponse', (request, reply, done) => {
    // The route's pattern, not the address: ids would make a time series each.
    const route = request.routeOptions.url ?? 'unknown';
    duration.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
    done();
  });
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
  return registry;
}
