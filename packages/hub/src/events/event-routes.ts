import { PassThrough } from 'node:stream';
import type { ServerEvent } from '@lockkeeper/contract';
import type { FastifyRequest } from 'fastify';
import type { HttpApp } from '../http/http-app-type.ts';
import { principalOf, type RequestPrincipal } from '../http/principal.ts';
import { mayCall } from '../http/route-policy.ts';
import type { EventBus } from './event-bus.ts';
import type { HubEvent } from './hub-event.ts';

const HEARTBEAT_MS = 25_000;
/** Then a browser comes back by itself, and is asked anew who it is: sessions and keys expire without a word. */
const LONGEST_STREAM_MS = 60 * 60 * 1000;
/** A reader that does not read is cut off; its browser comes back by itself. */
const MOST_BUFFERED_BYTES = 1024 * 1024;

/** Whoever may read the records that an event is about may know of it. */
const recordsOf: Record<ServerEvent['type'], string> = {
  'credential.token': 'GET /api/v1/credentials',
  'credential.expires_soon': 'GET /api/v1/credentials',
  'api-key.expires_soon': 'GET /api/v1/api-keys',
  'application-registry.expires_soon': 'GET /api/v1/application-registries',
  'credential.canary_used': 'GET /api/v1/canary-alarms',
  'token-revocation.updated': 'GET /api/v1/token-revocations',
  'mid-server.updated': 'GET /api/v1/mid-servers',
  'tool.updated': 'GET /api/v1/tools',
  'event-subscription.updated': 'GET /api/v1/event-subscriptions',
  'discovery-run.updated': 'GET /api/v1/tools',
};

/** `GET /api/v1/events`: server-sent events, for as long as the session or the key lives. */
export function registerEventRoutes(app: HttpApp, bus: EventBus): void {
  const streams = new Set<PassThrough>();
  const heartbeat = setInterval(() => {
    for (const stream of streams) stream.write(': \n\n');
  }, HEARTBEAT_MS).unref();

  // Before the server waits for open connections: these would never end by themselves.
  app.addHook('preClose', async () => {
    clearInterval(heartbeat);
    for (const stream of streams) stream.end();
  });

  app.get('/api/v1/events', { schema: { hide: true } }, async (request, reply) => {
    const stream = openStream(bus, principalOf(request));
    streams.add(stream);
    stream.once('close', () => streams.delete(stream));
    endWith(request, stream);
    return reply
      .headers({
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      .send(stream);
  });
}

function openStream(bus: EventBus, principal: RequestPrincipal): PassThrough {
  const stream = new PassThrough();
  // Sends the headers at once, and tells a browser how soon to come back.
  stream.write('retry: 2000\n\n');
  const unsubscribe = bus.subscribe((event) => {
    if (event.type === 'principal.ended') {
      if (identitiesOf(principal).includes(event.principalId)) stream.end();
    } else if (isForClients(event) && mayCall(principal, recordsOf[event.type])) {
      stream.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
      if (stream.readableLength > MOST_BUFFERED_BYTES) stream.destroy();
    }
  });
  const lifetime = setTimeout(() => stream.end(), LONGEST_STREAM_MS).unref();
  // Whoever missed events must look again, and does so on every connection.
  const unsubscribeGap = bus.onGap(() => stream.end());
  stream.once('close', () => {
    clearTimeout(lifetime);
    unsubscribe();
    unsubscribeGap();
  });
  return stream;
}

function isForClients(event: HubEvent): event is ServerEvent {
  return Object.hasOwn(recordsOf, event.type);
}

function endWith(request: FastifyRequest, stream: PassThrough): void {
  request.raw.once('close', () => stream.destroy());
}

function identitiesOf(principal: RequestPrincipal): string[] {
  return principal.kind === 'user' ? [principal.id, principal.sessionId] : [principal.id];
}
