import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { eventually, selfSignedCertificate, startNode } from '@lockkeeper/testing';
import { expect, it, onTestFinished } from 'vitest';
import { agentMain, newDataFolder, textOf, useMidServers } from './mid-server-rig.ts';

/** A forward proxy as in many data centres: it lets out what names a host with CONNECT. */
async function useProxy() {
  const asked: string[] = [];
  const proxy = createServer((_request, response) => response.writeHead(405).end());
  proxy.on('connect', (request, near) => {
    asked.push(request.url ?? '');
    const [host, port] = (request.url ?? '').split(':');
    const far = connect(Number(port), host, () => near.write('HTTP/1.1 200 OK\r\n\r\n'));
    far.on('error', () => near.destroy());
    near.on('error', () => far.destroy());
    far.pipe(near).pipe(far);
    onTestFinished(() => void far.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void proxy.close());
  return { asked, url: `http://127.0.0.1:${portOf(proxy.address())}` };
}

async function useTlsUpstream(tls: { cert: string; key: string }): Promise<string> {
  const server = createTlsServer(tls, (request, response) => response.end(`secret to ${request.url}`));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `https://127.0.0.1:${portOf(server.address())}`;
}

const portOf = (address: ReturnType<ReturnType<typeof createServer>['address']>) =>
  typeof address === 'object' ? (address?.port ?? 0) : 0;

function fileWith(content: string): string {
  const file = join(newDataFolder(), '..', 'file');
  writeFileSync(file, content);
  return file;
}

it('works over TLS with a custom CA and through a proxy, for the instance and for the tool', async () => {
  const tls = selfSignedCertificate();
  const rig = await useMidServers({ tls });
  const proxy = await useProxy();
  const env = { LOCKKEEPER_MID_CA_FILE: fileWith(tls.cert), LOCKKEEPER_MID_PROXY: proxy.url };
  await rig.readyAgent('mid-a', env);
  expect((await rig.only()).sessions).toMatchObject([{ tls: true }]);
  const origin = await useTlsUpstream(tls);
  expect(await textOf(await rig.rest({ origin, path: '/2.0/user' }))).toBe('secret to /2.0/user');
  expect([...new Set(proxy.asked)]).toEqual([new URL(rig.address).host, new URL(origin).host]);
});

it('SS-05: does not trust a certificate that nobody vouches for, of the instance or of the tool', async () => {
  const tls = selfSignedCertificate();
  const rig = await useMidServers({ tls });
  const { token } = await rig.newToken();
  const args = ['enrol', '--instance', rig.address, '--token', token, '--data', newDataFolder()];
  const refused = await startNode(agentMain, { args });
  expect((await refused.exited).code).toBe(1);
  expect(refused.output).toMatch(
    /^The instance at \S+ cannot be reached \(DEPTH_ZERO_SELF_SIGNED_CERT\)[^\n]*\n$/,
  );

  await rig.readyAgent('mid-a', { LOCKKEEPER_MID_CA_FILE: fileWith(tls.cert) });
  const origin = await useTlsUpstream(selfSignedCertificate());
  const failed = await rig.rest({ origin, method: 'POST' }).then(String, (error: Error) => error.message);
  expect(failed).toMatch(/cannot be reached \(DEPTH_ZERO_SELF_SIGNED_CERT\)/);
});

it('calls only what the allow-list of its owner names', async () => {
  const rig = await useMidServers();
  const rules = [{ methods: ['GET'], paths: ['/2.0/repositories/**'] }];
  const env = { LOCKKEEPER_MID_ALLOW_LIST: fileWith(JSON.stringify({ rules })) };
  const { agent, data } = await rig.readyAgent('mid-a', env);
  const origin = 'http://127.0.0.1:9';
  await expect(rig.rest({ origin, path: '/2.0/user' })).rejects.toMatchObject({
    code: 'mid_server.refused',
    message: expect.stringContaining('allow-list'),
  });
  await expect(rig.rest({ origin, path: '/2.0/repositories/a' })).rejects.toMatchObject({
    code: 'mid_server.upstream_unreachable',
  });
  await agent.kill('SIGTERM');
  const broken = await startNode(agentMain, {
    args: ['run', '--data', data],
    env: { LOCKKEEPER_MID_ALLOW_LIST: fileWith('{"rules": 1}') },
  });
  expect(await broken.exited).toEqual({ code: 1, signal: null });
  expect(broken.output).toMatch(/^The allow-list \S+ is not valid at rules: [^\n]*\n$/);
  await eventually(async () => expect((await rig.only()).status).toBe('down'));
});
