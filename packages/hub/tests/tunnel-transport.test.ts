import { writeFileSync } from 'node:fs';
import { createServer as createProxyServer, type RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import { connect, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { AppliesTo } from '@lockkeeper/contract';
import { OAuthError, send, startExchange } from '@lockkeeper/oauth';
import { eventually, selfSignedCertificate } from '@lockkeeper/testing';
import { expect, it, onTestFinished } from 'vitest';
import { midServerConfigFrom } from '../../../apps/mid-server/src/index.ts';
import { createTunnelConnect } from '../../../apps/mid-server/src/tunnel-socket.ts';
import { createTunnelFetch } from '../src/mid-servers/tunnel-fetch.ts';
import { createOriginPolicy } from '../src/outbound/origin-policy.ts';
import { type MidServersRig, newDataFolder, useMidServers } from './mid-server-rig.ts';

const canary = 'canary-client-secret-in-a-tunnel';
const tls = selfSignedCertificate();

/** An authorization server on this machine, which an agent may reach only when it is told so. */
async function useAuthServer(listener: RequestListener, certificate = tls) {
  const server = createServer(certificate, listener);
  const sockets = new Set<Duplex>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const origin = `https://127.0.0.1:${await listen(server)}`;
  return { origin, sockets, env: { LOCKKEEPER_ALLOW_ORIGINS: origin } };
}

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A token request through whichever agent can carry it. */
function request(
  rig: MidServersRig,
  tokenUrl: string,
  options: {
    timeoutMs?: number;
    body?: string;
    exempt?: string[];
    url?: string;
    appliesTo?: AppliesTo;
  } = {},
): Promise<Response> {
  const { timeoutMs = 10_000, body = '', exempt = [new URL(tokenUrl).origin], url = tokenUrl } = options;
  const { appliesTo = { kind: 'all' } } = options;
  const fetch = createTunnelFetch({
    tunnels: rig.tunnels,
    policy: createOriginPolicy(exempt),
    ca: [tls.cert],
  })(
    { name: 'Platform', appliesTo, connectViaMidServer: true },
    { name: 'Corporate', tokenUrl, tokenRevocationUrl: null },
  );
  const exchange = startExchange({ fetch, now: () => new Date(), timeoutMs });
  const parameters = new URLSearchParams({
    client_secret: canary,
    ...(body === '' ? {} : { padding: body }),
  });
  return send(exchange, url, { method: 'POST', body: parameters });
}

async function failureOf(asking: Promise<Response>): Promise<OAuthError> {
  const failure = await asking.then(
    ({ status }) => new Error(`answered ${status}`),
    (error: unknown) => error,
  );
  if (failure instanceof OAuthError) return failure;
  throw failure;
}

function fileWith(content: unknown): string {
  const file = join(newDataFolder(), '..', 'file');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

/** A proxy that lets out what names a host with CONNECT, and keeps what passes. */
async function useProxy({ authorization, elsewhere = {} }: ProxyOptions = {}) {
  const asked: string[] = [];
  const passed: Buffer[] = [];
  const proxy = createProxyServer((_request, response) => response.writeHead(405).end());
  proxy.on('connect', (call, near) => {
    const [host = '', port] = (call.url ?? '').split(':');
    asked.push(call.url ?? '');
    if (authorization !== undefined && call.headers['proxy-authorization'] !== authorization) {
      near.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const far = connect(Number(port), elsewhere[host] ?? host, () => near.write('HTTP/1.1 200 OK\r\n\r\n'));
    far.on('error', () => near.destroy());
    near.on('error', () => far.destroy());
    near.on('data', (chunk: Buffer) => passed.push(chunk));
    far.pipe(near).pipe(far);
    onTestFinished(() => void far.destroy());
  });
  return { asked, passed, port: await listen(proxy) };
}
interface ProxyOptions {
  authorization?: string;
  /** As a name server that sends names elsewhere. */
  elsewhere?: Record<string, string>;
}

it('SS-05: a certificate that nobody vouches for is refused through the tunnel, before anything is sent', async () => {
  const rig = await useMidServers();
  let requests = 0;
  const { origin, env } = await useAuthServer(() => requests++, selfSignedCertificate());
  await rig.readyAgent('mid-a', env);
  expect(await failureOf(request(rig, `${origin}/token`))).toMatchObject({
    code: 'mid_server_unreachable',
    outcomeUnknown: false,
    message: expect.stringMatching(
      /^127\.0\.0\.1:\d+, reached through the MID Server mid-a, cannot be trusted: TLS failed \(DEPTH_ZERO_SELF_SIGNED_CERT\)\.$/,
    ),
  });
  expect(requests).toBe(0);
});

it('SS-05: a certificate for another host, and TLS 1.1, are refused through the tunnel', async () => {
  const rig = await useMidServers({ tls });
  const { origin, env } = await useAuthServer((_request, response) => response.end());
  const named = origin.replace('127.0.0.1', 'login.example');
  const oldTls = { ...tls, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' } as const;
  const old = `https://127.0.0.1:${await listen(createServer(oldTls))}`;
  const proxy = await useProxy({ elsewhere: { 'login.example': '127.0.0.1' } });
  await rig.readyAgent('mid-a', {
    LOCKKEEPER_ALLOW_ORIGINS: `${env.LOCKKEEPER_ALLOW_ORIGINS} ${old}`,
    LOCKKEEPER_MID_CA_FILE: fileWith(tls.cert),
    LOCKKEEPER_MID_PROXY: `http://127.0.0.1:${proxy.port}`,
  });
  const wrongHost = await failureOf(request(rig, `${named}/token`));
  expect(wrongHost.message).toContain('cannot be trusted: TLS failed (ERR_TLS_CERT_ALTNAME_INVALID)');
  const tooOld = await failureOf(request(rig, `${old}/token`));
  expect(tooOld.message).toMatch(/cannot be trusted: TLS failed \((ERR_SSL_\w+|EPROTO)\)/);
  expect([wrongHost.outcomeUnknown, tooOld.outcomeUnknown]).toEqual([false, false]);
});

it("goes through the agent's proxy where one is configured, and the proxy reads nothing either", async () => {
  const rig = await useMidServers({ tls });
  const { origin, env } = await useAuthServer((_request, response) => response.end('through'));
  const proxy = await useProxy({ authorization: `Basic ${btoa('agent:p@ss')}` });
  await rig.readyAgent('mid-a', {
    ...env,
    LOCKKEEPER_MID_CA_FILE: fileWith(tls.cert),
    LOCKKEEPER_MID_PROXY: `http://agent:p%40ss@127.0.0.1:${proxy.port}`,
  });
  expect(await (await request(rig, `${origin}/token`)).text()).toBe('through');
  expect(proxy.asked).toContain(new URL(origin).host);
  expect(Buffer.concat(proxy.passed).toString('latin1')).not.toContain(canary);
});

it('says that the proxy refused', async () => {
  const { origin, env } = await useAuthServer((_request, response) => response.end());
  const { port } = await useProxy({ authorization: 'Basic another' });
  const config = midServerConfigFrom({ ...env, LOCKKEEPER_MID_PROXY: `http://127.0.0.1:${port}` });
  const target = { job: 'tunnel', host: '127.0.0.1', port: Number(new URL(origin).port) } as const;
  const refused = createTunnelConnect(config)(target, new AbortController().signal);
  await expect(refused).rejects.toMatchObject({ code: 'the proxy answered 407' });
});

it('an agent that is killed before the connection stands leaves nothing uncertain; after that, it does', async () => {
  const rig = await useMidServers();
  const reached = Promise.withResolvers<void>();
  const { origin, env } = await useAuthServer(() => reached.resolve());
  // Takes connections and says nothing: TLS never stands.
  const silent = createTcpServer((socket) => void socket.on('error', () => undefined));
  const port = await listen(silent);
  const allowed = { LOCKKEEPER_ALLOW_ORIGINS: `${env.LOCKKEEPER_ALLOW_ORIGINS} https://127.0.0.1:${port}` };
  const first = await rig.readyAgent('mid-a', allowed);
  const connected = new Promise((resolve) => silent.once('connection', resolve));
  const before = failureOf(request(rig, `https://127.0.0.1:${port}/token`));
  await connected;
  await first.agent.kill();
  expect(await before).toMatchObject({
    code: 'mid_server_lost',
    outcomeUnknown: false,
    message: expect.stringContaining('The MID Server mid-a was lost while it connected to'),
  });
  const second = await rig.readyAgent('mid-b', allowed);
  const after = failureOf(request(rig, `${origin}/token`));
  await reached.promise;
  await second.agent.kill();
  expect(await after).toMatchObject({ code: 'mid_server_lost', outcomeUnknown: true });
});

it('a request that gets no answer in time is uncertain only when it was sent', async () => {
  const rig = await useMidServers();
  const { origin, env } = await useAuthServer(() => undefined);
  const port = await listen(createTcpServer((socket) => void socket.on('error', () => undefined)));
  await rig.readyAgent('mid-a', {
    LOCKKEEPER_ALLOW_ORIGINS: `${env.LOCKKEEPER_ALLOW_ORIGINS} https://127.0.0.1:${port}`,
  });
  const unsent = await failureOf(request(rig, `https://127.0.0.1:${port}/token`, { timeoutMs: 700 }));
  expect(unsent).toMatchObject({ code: 'mid_server_unreachable', outcomeUnknown: false });
  const sent = await failureOf(request(rig, `${origin}/token`, { timeoutMs: 700 }));
  expect(sent).toMatchObject({ code: 'timeout', outcomeUnknown: true });
});

it('an authorization server that breaks the connection off after the request is uncertain', async () => {
  const rig = await useMidServers();
  const { origin, env } = await useAuthServer(({ socket }) => socket.destroy());
  await rig.readyAgent('mid-a', env);
  expect(await failureOf(request(rig, `${origin}/token`))).toMatchObject({
    code: 'mid_server_unreachable',
    outcomeUnknown: true,
    message: expect.stringContaining('broke the connection off'),
  });
});

it('when whoever asked is gone, the connection at the authorization server is closed', async () => {
  const rig = await useMidServers();
  const { origin, sockets, env } = await useAuthServer(() => undefined);
  await rig.readyAgent('mid-a', env);
  const asking = failureOf(request(rig, `${origin}/token`, { timeoutMs: 1500 }));
  await eventually(() => expect(sockets.size).toBe(1));
  await asking;
  await eventually(() => expect(sockets.size).toBe(0));
  expect(rig.sessions.local()[0]?.mux.openStreams).toBe(0);
});

it("the allow-list of the agent's owner denies a tunnel that it does not name", async () => {
  const rig = await useMidServers();
  const { origin, env } = await useAuthServer((_request, response) => response.end('named'));
  const { host } = new URL(origin);
  const denies = {
    ...env,
    LOCKKEEPER_MID_ALLOW_LIST: fileWith({ rules: [], tunnels: ['login.example:443'] }),
  };
  const { agent } = await rig.readyAgent('mid-a', denies);
  expect(await failureOf(request(rig, `${origin}/token`))).toMatchObject({
    code: 'mid_server_refused',
    outcomeUnknown: false,
    message: `The MID Server mid-a refused to connect to ${host}: The allow-list of this MID Server does not permit a tunnel to ${host}.`,
  });
  await agent.kill();
  await rig.readyAgent('mid-b', {
    ...env,
    LOCKKEEPER_MID_ALLOW_LIST: fileWith({ rules: [], tunnels: [host] }),
  });
  expect(await (await request(rig, `${origin}/token`)).text()).toBe('named');
});

it("SS-01: no tunnel leads to the agent's own machine unless its owner says so", async () => {
  const rig = await useMidServers();
  const { origin } = await useAuthServer((_request, response) => response.end());
  await rig.readyAgent();
  for (const url of [origin, origin.replace('127.0.0.1', 'localhost'), 'https://169.254.169.254']) {
    const { host, port } = new URL(url);
    expect(await failureOf(request(rig, `${url}/token`))).toMatchObject({
      code: 'mid_server_refused',
      outcomeUnknown: false,
      message: expect.stringContaining(
        `${port === '' ? `${host}:443` : host} is this MID Server's own machine or link.`,
      ),
    });
  }
});

it('says which MID Server could not reach what, and why', async () => {
  const rig = await useMidServers();
  const closed = createTcpServer();
  const port = await listen(closed);
  closed.close();
  await rig.readyAgent('mid-a', { LOCKKEEPER_ALLOW_ORIGINS: `https://127.0.0.1:${port}` });
  expect(await failureOf(request(rig, `https://127.0.0.1:${port}/token`))).toMatchObject({
    code: 'mid_server_unreachable',
    outcomeUnknown: false,
    message: `The MID Server mid-a could not reach 127.0.0.1:${port}: 127.0.0.1:${port} cannot be reached (ECONNREFUSED).`,
  });
  const nowhere = await failureOf(request(rig, 'https://login.nowhere.invalid/token', { exempt: [] }));
  expect(nowhere.message).toMatch(
    /^The MID Server mid-a could not reach login\.nowhere\.invalid:443: .* cannot be reached \((ENOTFOUND|EAI_AGAIN)\)\.$/,
  );
});

it('tries every MID Server to which the credential applies, and no other', async () => {
  const rig = await useMidServers();
  const { origin, env } = await useAuthServer((_request, response) => response.end('answered'));
  const cannot = await rig.readyAgent('mid-a');
  const can = await rig.readyAgent('mid-b', env);
  for (let time = 0; time < 3; time += 1) {
    expect(await (await request(rig, `${origin}/token`)).text()).toBe('answered');
  }
  const only = (id: typeof can.id) => ({ kind: 'specific' as const, midServerIds: [id] });
  const refused = await failureOf(request(rig, `${origin}/token`, { appliesTo: only(cannot.id) }));
  expect(refused.message).toContain('The MID Server mid-a refused');
  await can.agent.kill();
  await eventually(() => expect(rig.sessions.local()).toHaveLength(1));
  const none = await failureOf(request(rig, `${origin}/token`, { appliesTo: only(can.id) }));
  expect(none).toMatchObject({
    code: 'mid_server_unavailable',
    outcomeUnknown: false,
    message:
      'No MID Server can connect to the auth server. None to which Platform applies is Up and Validated. Nothing was sent.',
  });
});

it("opens tunnels to the registry's own token hosts only, and over TLS only", async () => {
  const rig = await useMidServers();
  const refusals = [
    await failureOf(request(rig, 'https://login.example/token', { url: 'https://elsewhere.example/token' })),
    await failureOf(request(rig, 'http://login.example/token', { exempt: ['http://login.example'] })),
    await failureOf(request(rig, 'https://10.0.0.1/token', { exempt: [] })),
  ];
  expect(refusals.map(({ code, outcomeUnknown }) => `${code} ${outcomeUnknown}`)).toEqual(
    Array.from({ length: 3 }, () => 'mid_server_refused false'),
  );
  expect(refusals.map(({ message }) => message)).toEqual([
    'https://elsewhere.example is no host of the Application Registry Corporate. Nothing was sent.',
    expect.stringContaining('would see the client secret'),
    expect.stringContaining('LOCKKEEPER_ALLOW_ORIGINS'),
  ]);
});

it('carries many tunnels at once, and large bodies both ways at the pace of the slower side', async () => {
  const rig = await useMidServers({ heartbeatMs: 10_000 });
  const { origin, env } = await useAuthServer(async (asked, response) => {
    let size = 0;
    for await (const chunk of asked) size += chunk.length;
    response.end(`${size} ${'x'.repeat(size * 2)}`);
  });
  await rig.readyAgent('mid-a', env);
  const small = Array.from({ length: 40 }, async () => (await request(rig, `${origin}/token`)).text());
  expect(new Set(await Promise.all(small))).toEqual(new Set([`46 ${'x'.repeat(92)}`]));
  const large = await request(rig, `${origin}/token`, { body: 'y'.repeat(2 * 1024 * 1024) });
  expect((await large.text()).length).toBeGreaterThan(4 * 1024 * 1024);
  await eventually(() => expect(rig.sessions.local()[0]?.mux.openStreams).toBe(0));
});

it('an answer that nobody reads stays at the authorization server: neither side stores it', async () => {
  const rig = await useMidServers();
  let written = 0;
  const { origin, env } = await useAuthServer((_request, response) => {
    const block = Buffer.alloc(64 * 1024);
    const write = () => {
      while (written < 256 * 1024 * 1024) {
        written += block.byteLength;
        if (!response.write(block)) return void response.once('drain', write);
      }
      response.end();
    };
    write();
  });
  await rig.readyAgent('mid-a', env);
  const response = await request(rig, `${origin}/token`);
  const settled = await eventually(async () => {
    const before = written;
    await new Promise((resolve) => setImmediate(resolve));
    await rig.only();
    expect(written).toBe(before);
    return written;
  });
  expect(settled).toBeLessThan(64 * 1024 * 1024);
  await response.body?.cancel();
  await eventually(() => expect(rig.sessions.local()[0]?.mux.openStreams).toBe(0));
});
