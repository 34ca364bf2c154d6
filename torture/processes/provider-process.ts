// The provider as a process of its own, to be killed. Arguments: port, log, file with the instances' process ids, seed,
// life of access tokens in milliseconds.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { findPeerProcess } from '../provider/peer-process.ts';
import { Provider, type TokenAnswer } from '../provider/provider.ts';
import { ProviderLog } from '../provider/provider-log.ts';
import { createRandom } from '../random.ts';

const [portText, logPath = '', pidsPath = '', seedText, lifeText] = process.argv.slice(2);
const port = Number(portText);
const log = new ProviderLog(logPath);
log.read();
const random = createRandom(Number(seedText));
const provider = new Provider({ log, accessTokenLifeMs: Number(lifeText) });
const peers = new WeakMap<Socket, number | null>();
const pids = z.array(z.number());

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
});
server.listen(port, '127.0.0.1', () => console.log('provider is ready'));

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', `http://127.0.0.1:${port}`);
  if (request.method === 'GET' && url.pathname.endsWith('/authorize')) {
    response.end('<h1>Grant access?</h1>');
    return;
  }
  if (request.method === 'POST' && url.pathname === '/consent') return consent(url, response);
  const peer = peerOf(request.socket);
  const form = new URLSearchParams(await bodyOf(request));
  const client = clientOf(request);
  await sleep(random.between(0, 15));
  if (url.pathname === '/revoke') {
    provider.revoke(form.get('token') ?? '');
    response.end();
  } else if (form.get('grant_type') === 'authorization_code') {
    send(response, provider.redeem(form.get('code') ?? '', client));
  } else await refresh(form.get('refresh_token') ?? '', client, peer, response);
}

async function refresh(
  refreshToken: string,
  client: string,
  pid: number | null,
  response: ServerResponse,
): Promise<void> {
  const request = randomUUID();
  log.append({ type: 'received', atMs: Date.now(), request, refreshToken, pid });
  response.once('close', () => {
    const type = response.writableFinished ? 'answered' : 'hung_up';
    log.append({ type, atMs: Date.now(), request });
  });
  if (random.next() < 0.02) {
    send(response, { status: 503, body: { error: 'temporarily_unavailable' } });
    return;
  }
  const result = provider.refresh(request, refreshToken, client);
  // Between the commit here and the answer: where a kill hurts most.
  await sleep(random.next() < 0.2 ? random.between(30, 200) : random.between(0, 20));
  send(response, result);
}

function consent(url: URL, response: ServerResponse): void {
  const asked = url.searchParams;
  const location = new URL(asked.get('redirect_uri') ?? '');
  location.searchParams.set('code', provider.consent(asked.get('client_id') ?? ''));
  location.searchParams.set('state', asked.get('state') ?? '');
  response.writeHead(303, { location: location.href }).end();
}

function send(response: ServerResponse, { status, body }: TokenAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function peerOf(socket: Socket): number | null {
  const known = peers.get(socket);
  if (known !== undefined) return known;
  const candidates = pids.parse(JSON.parse(readFileSync(pidsPath, 'utf8')));
  const found = findPeerProcess(socket.remotePort ?? 0, port, candidates);
  peers.set(socket, found);
  return found;
}

function clientOf({ headers }: IncomingMessage): string {
  const [, encoded = ''] = /^Basic (.+)$/.exec(headers.authorization ?? '') ?? [];
  return decodeURIComponent(Buffer.from(encoded, 'base64').toString().split(':')[0] ?? '');
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
