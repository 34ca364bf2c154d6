import { once } from 'node:events';
import { createServer } from 'node:http';
import { eventually, type FaultProxy, useFaultProxy } from '@lockkeeper/testing';
import { expect, onTestFinished, test } from 'vitest';
import { type RevocationRig, useRevocationRig } from './revocation-rig.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** More than are refreshed at once. */
const TROUBLED = 60;

const tokens = () => ({
  access_token: `access-${Math.random()}`,
  refresh_token: `refresh-${Math.random()}`,
  token_type: 'bearer',
  expires_in: 3600,
});

/** A provider that the network does things to, beside the rig's own, which is well. */
async function useTroubledProvider() {
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(tokens()));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const upstream = { host: '127.0.0.1', port: typeof address === 'object' ? (address?.port ?? 0) : 0 };
  const { proxy, port } = await useFaultProxy(upstream);
  return { proxy, origin: `http://127.0.0.1:${port}` };
}

async function versionsOf({ testHub }: RevocationRig, prefix: string): Promise<string[]> {
  const rows = await testHub.database.db
    .selectFrom('tokens')
    .innerJoin('credentials', 'credentials.id', 'tokens.credential_id')
    .select(['tokens.state', 'tokens.version'])
    .where('credentials.name', 'like', `${prefix}%`)
    .execute();
  return [...new Set(rows.map(({ state, version }) => `${state} ${version}`))];
}

async function useTwoProviders(tokenUrl: string, origin: string) {
  const rig = await useRevocationRig({ moreOrigins: [origin] });
  rig.provider.issue = async () => ({ status: 200, body: tokens() });
  const registryId = await rig.addRegistry({
    name: 'Troubled',
    tokenUrl,
    authorizationUrl: `${origin}/auth`,
  });
  await rig.addTokens(
    Array.from({ length: TROUBLED }, (_, index) => `troubled-${index}`),
    { registryId },
  );
  await rig.addTokens(['well-0', 'well-1', 'well-2']);
  rig.clock.advance(55 * MINUTE);
  return rig;
}

const faults: [string, (proxy: FaultProxy) => void][] = [
  ['a long latency', (proxy) => proxy.suffer({ latencyMs: 3000 })],
  ['resets', (proxy) => proxy.cut()],
  ['an answer that breaks off', (proxy) => proxy.suffer({ resetAfterBytes: 40 })],
  ['connections that are half open', (proxy) => proxy.swallow()],
];

test.each(faults)(
  'RL-03: a provider with %s does not hold up the tokens of another, and costs none of its own',
  { timeout: 90 * SECOND },
  async (_name, strike) => {
    const { proxy, origin } = await useTroubledProvider();
    const rig = await useTwoProviders(`${origin}/token`, origin);
    strike(proxy);
    const startedMs = performance.now();
    const round = rig.testHub.hub.tokens.schedule.runDue();
    await eventually(async () => expect(await versionsOf(rig, 'well')).toEqual(['available 2']));
    expect(performance.now() - startedMs).toBeLessThan(8 * SECOND);
    proxy.heal();
    await round;
    for (let step = 0; step < 40; step++) {
      if ((await versionsOf(rig, 'troubled')).join() === 'available 2') break;
      rig.clock.advance(10 * SECOND);
      await rig.testHub.hub.tokens.schedule.runDue();
    }
    expect(await versionsOf(rig, 'troubled')).toEqual(['available 2']);
  },
);

test('RL-03: a provider whose name is not resolved is told as such, and holds up nobody else', {
  timeout: 60 * SECOND,
}, async () => {
  const rig = await useTwoProviders('https://auth.invalid/token', 'https://auth.invalid');
  await rig.testHub.hub.tokens.schedule.runDue();
  expect(await versionsOf(rig, 'well')).toEqual(['available 2']);
  // Nothing was sent, so nothing is uncertain.
  expect(await versionsOf(rig, 'troubled')).toEqual(['available 1']);
  const admin = await rig.testHub.withRole('admin');
  const { json } = await admin.get('/api/v1/credentials?q=troubled&limit=100');
  const problems = json.items.flatMap(({ token }: { token: { problem: { code: string } | null } }) =>
    token.problem === null ? [] : [token.problem.code],
  );
  expect(new Set(problems)).toEqual(new Set(['oauth.unreachable']));
});
