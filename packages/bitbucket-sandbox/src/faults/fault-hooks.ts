import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Faults } from './faults.ts';

/** Lets every request meet the fault that waits for it; tells whether a request has met one. */
export function addFaultHooks(
  app: FastifyInstance,
  faults: Faults,
  onHangUp: (request: FastifyRequest) => void,
): (request: FastifyRequest) => boolean {
  const faulty = new WeakSet<FastifyRequest>();
  const dropAnswer = new WeakSet<FastifyRequest>();

  app.addHook('onRequest', async (request, reply) => {
    if (request.url.startsWith('/sandbox')) return;
    const fault = faults.take(request.method, pathOf(request.url));
    if (fault === undefined) return;
    faulty.add(request);
    if (fault.delayMs !== undefined) await delay(fault.delayMs);
    if (fault.hangup === 'before') return hangUp(request, reply);
    if (fault.hangup === 'after') dropAnswer.add(request);
    if (fault.status === undefined) return;
    reply.code(fault.status).headers(fault.headers ?? {});
    if (typeof fault.body === 'string') return reply.send(fault.body);
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(fault.body ?? {}));
  });

  app.addHook('onSend', async (request, reply, payload) => {
    if (dropAnswer.has(request)) hangUp(request, reply);
    return payload;
  });

  return (request) => faulty.has(request);

  function hangUp(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    onHangUp(request);
    reply.hijack();
    request.raw.socket.destroy();
    return reply;
  }
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? url;
}
