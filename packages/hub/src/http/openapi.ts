import swagger from '@fastify/swagger';
import { createJsonSchemaTransform } from 'fastify-type-provider-zod';
import type { HttpApp } from './http-app-type.ts';
import { withRefusals } from './openapi-refusals.ts';
import type { RoutePolicy } from './route-policy.ts';

/** OpenAPI 3.1 made from the same schemas that requests are checked with. */
export async function registerOpenApi(
  app: HttpApp,
  about: { publicUrl: URL; version: string },
  policy: RoutePolicy,
): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Lockkeeper',
        version: about.version,
        description:
          'Refusals are application/problem+json (RFC 9457) with a stable `code` and a request id.',
      },
      servers: [{ url: about.publicUrl.origin }],
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, `lk_…`' },
          session: { type: 'apiKey', in: 'cookie', name: '__Host-lockkeeper' },
        },
      },
      security: [{ apiKey: [] }, { session: [] }],
    },
    transform: createJsonSchemaTransform({}),
  });
  let description: object | undefined;
  app.get('/api/v1/openapi.json', { schema: { hide: true } }, async () => {
    description ??= withRefusals(app.swagger(), policy);
    return description;
  });
}
