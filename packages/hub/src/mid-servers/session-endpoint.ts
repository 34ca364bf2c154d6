import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { LIMITS } from '@lockkeeper/contract/mid';
import type { FastifyBaseLogger } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import type { InstanceIdentity } from './instance-identity.ts';
import type { MidServer } from './mid-server.ts';
import { MidSession } from './mid-session.ts';
import type { MidSessions } from './mid-sessions.ts';

export interface SessionEndpointOptions {
  readonly sessions: MidSessions;
  readonly identity: InstanceIdentity;
  readonly instance: string;
  readonly heartbeatMs: number;
  readonly logger: FastifyBaseLogger;
  readonly now: () => Date;
  readonly findServer: (id: string) => Promise<MidServer | undefined>;
  /** A known agent failed to prove itself. */
  readonly onRefused: (server: MidServer, reason: string) => void;
}

/** Connections that have not proved themselves yet: nobody can fill the instance with them. */
const MAX_UNPROVED = 64;

/** Where agents connect: WebSocket upgrades on `SESSION_PATH` of the instance's own HTTP server. */
export class SessionEndpoint {
  readonly #options: SessionEndpointOptions;
  readonly #sockets: WebSocketServer;
  #unproved = 0;

  constructor(options: SessionEndpointOptions) {
    this.#options = options;
    this.#sockets = new WebSocketServer({
      noServer: true,
      clientTracking: true,
      maxPayload: LIMITS.MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      handleProtocols: (offered) =>
        offered.has(LIMITS.SESSION_SUBPROTOCOL) ? LIMITS.SESSION_SUBPROTOCOL : false,
    });
  }

  attach(server: Server): void {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const problem = this.#problemWith(request);
      if (problem === undefined)
        this.#sockets.handleUpgrade(request, socket, head, (ws) => this.#open(ws, socket));
      else socket.end(`HTTP/1.1 ${problem}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    });
  }

  /** Also the connections that never became sessions. */
  stop(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
  }

  #problemWith({ url, headers }: IncomingMessage): string | undefined {
    if (url !== LIMITS.SESSION_PATH) return '404 Not Found';
    // A browser always says where it comes from; an agent never does.
    if (headers.origin !== undefined) return '403 Forbidden';
    if (headers['sec-websocket-protocol'] !== LIMITS.SESSION_SUBPROTOCOL) return '400 Bad Request';
    return this.#unproved >= MAX_UNPROVED ? '503 Service Unavailable' : undefined;
  }

  #open(socket: WebSocket, raw: Duplex): void {
    const { sessions, identity, instance, heartbeatMs, now, findServer, logger, onRefused } = this.#options;
    this.#unproved += 1;
    let isUnproved = true;
    const proved = () => {
      if (isUnproved) this.#unproved -= 1;
      isUnproved = false;
    };
    socket.once('close', proved);
    new MidSession({
      socket,
      instance,
      instances: () => sessions.instances,
      identity,
      heartbeatMs,
      now,
      findServer,
      tls: raw instanceof TLSSocket,
      onProved: async (session, { version, host }) => {
        proved();
        await sessions.add(session, version, host);
      },
      onUp: (session) => sessions.noteUp(session),
      onRekeyed: (session, signingKey, sealingKey) => sessions.rekey(session, signingKey, sealingKey),
      onRefused: (server, reason) => {
        logger.warn({ midServerId: server?.id, reason }, 'a MID Server was turned away');
        if (server !== undefined) onRefused(server, reason);
      },
      onEnded: (session, reason) => sessions.remove(session, reason),
    });
  }
}
