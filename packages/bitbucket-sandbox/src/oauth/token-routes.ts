import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { TokenAnswer, TokenRequest } from './token-endpoint.ts';

/** A repeated parameter is not a string and therefore as good as absent. */
const formSchema = z
  .record(z.string(), z.unknown())
  .transform((form) =>
    Object.fromEntries(
      Object.entries(form).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
  );

export function addTokenRoutes(app: FastifyInstance, answer: (request: TokenRequest) => TokenAnswer): void {
  app.post('/site/oauth2/access_token', async (request, reply) => {
    const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
    const form = isForm ? formSchema.parse(request.body ?? {}) : {};
    const { status, body } = answer({ authorization: request.headers.authorization, form });
    return reply.code(status).header('cache-control', 'no-store').header('pragma', 'no-cache').send(body);
  });
}
