import type { FastifyReply } from 'fastify';
import type { Html } from './html.ts';

/** No `form-action`: it would also forbid the redirect from the consent form to the consumer's callback. */
const policy = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'";

export function sendPage(reply: FastifyReply, page: Html): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', policy)
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .send(page.markup);
}
