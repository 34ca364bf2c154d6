import { createHmac } from 'node:crypto';
import type { Secret } from '@lockkeeper/vault';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Db } from '../db/database.ts';
import { isDatabaseAway } from '../db/database-away.ts';
import { createAnswerSealing } from './answer-sealing.ts';
import { HubError, invalidField } from './hub-error.ts';
import { claimKey, freeKey, keepAnswer, type StoredAnswer } from './idempotency-store.ts';

const LIFE_MS = 24 * 60 * 60_000;
const longestKey = /^[\x21-\x7e]{1,200}$/;

declare module 'fastify' {
  interface FastifyRequest {
    /** Set while the request is the first with its Idempotency-Key. */
    idempotencyKey: string | undefined;
  }
}

export interface IdempotencyOptions {
  db: Db;
  /** Seals stored answers, and makes hashes of requests that nobody can guess passwords from. */
  secret: Secret;
  now: () => Date;
}

/**
 * `Idempotency-Key` on POST: the same key with the same request has one effect and gets the same answer, for a day and
 * on every instance. What a crash leaves open stays refused, because nobody knows what it did.
 * @see RFC draft-ietf-httpapi-idempotency-key-header
 */
export function registerIdempotency(app: FastifyInstance, { db, secret, now }: IdempotencyOptions): void {
  const sealing = createAnswerSealing(secret);

  app.decorateRequest('idempotencyKey', undefined);

  app.addHook('preHandler', async (request, reply) => {
    const key = keyOf(request);
    const principalId = request.principal?.id;
    if (key === undefined || principalId === undefined) return;
    const at = now();
    const times = { now: at, expiresAt: new Date(at.getTime() + LIFE_MS) };
    const claim = await claimKey(db, { principalId, key }, hashOf(request, secret), times);
    switch (claim.kind) {
      case 'first':
        request.idempotencyKey = key;
        return;
      case 'other_request':
        throw new HubError('request.idempotency_key_reused');
      case 'under_way':
        throw new HubError('request.under_way', { headers: { 'retry-after': '2' } });
      case 'answered':
        return sendAgain(reply, claim.answer, { principalId, key });
    }
  });

  app.addHook('onError', async (request, _reply, error) => {
    // It may have been carried out, so the key is neither answered nor free, as after a crash.
    if (isDatabaseAway(error)) request.idempotencyKey = undefined;
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const { idempotencyKey: key, principal } = request;
    if (key === undefined || principal === undefined) return;
    request.idempotencyKey = undefined;
    const place = { principalId: principal.id, key };
    if (!isLasting(reply.statusCode) || isStream(payload)) return freeKey(db, place);
    const text = textOf(payload);
    const body = text === undefined ? null : await sealing.seal({ ...place, body: text });
    await keepAnswer(db, place, {
      status: reply.statusCode,
      contentType: headerOf(reply, 'content-type'),
      location: headerOf(reply, 'location'),
      body,
    });
  });

  async function sendAgain(
    reply: FastifyReply,
    answer: StoredAnswer,
    place: { principalId: string; key: string },
  ): Promise<FastifyReply> {
    const body = answer.body === null ? null : await sealing.open(answer.body, place);
    if (body === undefined) throw new HubError('request.answer_lost');
    if (answer.location !== null) reply.header('location', answer.location);
    if (answer.contentType !== null) reply.type(answer.contentType);
    return reply
      .code(answer.status)
      .header('idempotency-replayed', 'true')
      .serializer((payload: unknown) => String(payload))
      .send(body ?? undefined);
  }
}

/** Undefined without the header, and where it has no meaning: signing in answers with cookies, a proxied body streams. */
function keyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined || request.method !== 'POST') return undefined;
  const route = request.routeOptions.url ?? '';
  if (route.startsWith('/api/v1/session') || route.endsWith('/proxy/*')) return undefined;
  if (typeof key !== 'string' || !longestKey.test(key)) {
    throw invalidField('Idempotency-Key', 'must be 1 to 200 visible ASCII characters');
  }
  return key;
}

/** Refusals had no effect, and may be lifted; a 503 says so as well. What failed half way is not tried again. */
function isLasting(status: number): boolean {
  return status < 300 || (status >= 500 && status !== 503);
}

/** Which hook ran before decides whether an answer is text or its bytes already. */
function textOf(payload: unknown): string | undefined {
  if (Buffer.isBuffer(payload)) return payload.toString();
  return typeof payload === 'string' ? payload : undefined;
}

function isStream(payload: unknown): boolean {
  return typeof payload === 'object' && payload !== null && 'pipe' in payload;
}

/** Keyed, because bodies hold secrets and the hash lies in the database. */
function hashOf({ method, url, body }: FastifyRequest, secret: Secret): Buffer {
  return createHmac('sha256', secret.reveal())
    .update(JSON.stringify([method, url, body ?? null]))
    .digest();
}

function headerOf(reply: FastifyReply, name: string): string | null {
  const value = reply.getHeader(name);
  return typeof value === 'string' ? value : null;
}
