import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { createSandbox, type Sandbox } from '@lockkeeper/bitbucket-sandbox';
import { freePort } from '@lockkeeper/instance/free-port';
import type { CanaryVault } from '@lockkeeper/testing';
import { z } from 'zod';

export interface WatchedSandbox {
  readonly sandbox: Sandbox;
  readonly origin: string;
  /** Requests for REST 2.0 as they came in: first line, headers and body. */
  readonly apiRequests: string[];
  close(): Promise<void>;
}

const issued = z.looseObject({ access_token: z.string().optional(), refresh_token: z.string().optional() });
const notForwarded = new Set(['connection', 'transfer-encoding', 'content-length', 'content-encoding']);

/** A sandbox behind a proxy that learns every secret which the provider issues or is sent. */
export async function startWatchedSandbox(secrets: CanaryVault): Promise<WatchedSandbox> {
  const apiRequests: string[] = [];
  let upstream = '';
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const isToken = request.url === '/site/oauth2/access_token';
    if (isToken) learnRequest(secrets, request, body.toString());
    if (request.url?.startsWith('/2.0/')) {
      apiRequests.push([request.method, request.url, ...request.rawHeaders, body.toString()].join('\n'));
    }
    const answer = await fetch(new URL(request.url ?? '/', upstream), {
      method: request.method ?? 'GET',
      headers: Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
        notForwarded.has(name) || name === 'host' || value === undefined ? [] : [[name, String(value)]],
      ),
      redirect: 'manual',
      ...(body.length === 0 ? {} : { body }),
    });
    const text = Buffer.from(await answer.arrayBuffer());
    if (isToken && answer.ok) learnAnswer(secrets, text.toString());
    const headers = [...answer.headers].filter(([name]) => !notForwarded.has(name));
    response.writeHead(answer.status, headers.flat()).end(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  const origin = `http://127.0.0.1:${bound.port}`;
  const sandbox = await createSandbox({ publicOrigin: origin, repositories: 12 });
  const port = await freePort('127.0.0.1');
  await sandbox.listen({ port });
  upstream = `http://127.0.0.1:${port}`;
  return {
    sandbox,
    origin,
    apiRequests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await sandbox.close();
    },
  };
}

function learnRequest(secrets: CanaryVault, request: IncomingMessage, body: string): void {
  const sent = new URLSearchParams(body);
  for (const name of ['code', 'code_verifier', 'refresh_token']) {
    const value = sent.get(name);
    if (value) secrets.register(name, value);
  }
  const [, credentials] = (request.headers.authorization ?? '').split(' ');
  if (credentials) secrets.register('Basic header', credentials);
}

function learnAnswer(secrets: CanaryVault, body: string): void {
  for (const [name, value] of Object.entries(issued.parse(JSON.parse(body)))) {
    if ((name === 'access_token' || name === 'refresh_token') && typeof value === 'string')
      secrets.register(name, value);
  }
}
