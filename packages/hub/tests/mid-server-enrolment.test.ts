import { readdirSync } from 'node:fs';
import { agentFingerprint, newNonce } from '@lockkeeper/contract/mid';
import { eventually, startNode, TestClock } from '@lockkeeper/testing';
import { expect, it } from 'vitest';
import { agentMain, newDataFolder, useMidServers } from './mid-server-rig.ts';

const newKeys = () => ({
  host: 'build-07',
  agentVersion: '0.1.0',
  signingKey: { kty: 'OKP', crv: 'Ed25519', x: newNonce() },
  sealingKey: { kty: 'OKP', crv: 'X25519', x: newNonce() },
});

it('AG-01: of many agents that race with one enrolment token, one wins', async () => {
  const rig = await useMidServers();
  const { token } = await rig.newToken();
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => rig.request('POST', '/enrol', { token, ...newKeys() }, '')),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(401)]);
  expect(answers.find(({ status }) => status === 401)?.json.code).toBe('mid_server.enrolment_refused');
  expect((await rig.request('GET', '')).json.total).toBe(1);
});

it('a key that is none names its field, and the token stays good', async () => {
  const rig = await useMidServers();
  const { token } = await rig.newToken();
  const keys = newKeys();
  for (const x of ['', 'some x', 'x'.repeat(43).replace('x', '='), `${keys.signingKey.x}A`]) {
    const broken = { ...keys, sealingKey: { ...keys.sealingKey, x } };
    const { status, json } = await rig.request('POST', '/enrol', { token, ...broken }, '');
    expect([status, json.errors?.[0]?.field]).toEqual([400, 'sealingKey.x']);
  }
  expect((await rig.request('POST', '/enrol', { token, ...keys }, '')).status).toBe(201);
});

it('AG-01: an enrolment token lives an hour, and only its hash is stored', async () => {
  const clock = new TestClock(new Date());
  const rig = await useMidServers({ now: clock.now });
  const [{ token }, late] = [await rig.newToken(), await rig.newToken()];
  const rows = await rig.db.selectFrom('mid_enrolment_tokens').selectAll().execute();
  const secret = token.split('.')[0] ?? '';
  expect(JSON.stringify(rows)).not.toContain(secret);
  expect(rows.some((row) => row.token_hash.toString('latin1').includes(secret))).toBe(false);

  clock.advance(59 * 60 * 1000);
  expect((await rig.request('POST', '/enrol', { token, ...newKeys() }, '')).status).toBe(201);
  clock.advance(2 * 60 * 1000);
  expect((await rig.request('POST', '/enrol', { token: late.token, ...newKeys() }, '')).status).toBe(401);
  expect(await rig.auditActions()).toEqual([
    'enrolment-token.created',
    'enrolment-token.created',
    'mid-server.enrolled',
    'mid-server.enrolled: failure',
  ]);
});

it('only an admin makes tokens and validates; a viewer sees the list', async () => {
  const rig = await useMidServers();
  const statuses = await Promise.all([
    rig.request('POST', '/enrolment-tokens', {}, 'viewer'),
    rig.request('GET', '/enrolment-tokens', undefined, 'tool_owner'),
    rig.request('GET', '', undefined, 'viewer'),
    rig.request('GET', '', undefined, 'integration'),
    rig.request('GET', '', undefined, ''),
  ]);
  expect(statuses.map(({ status }) => status)).toEqual([403, 403, 200, 403, 401]);
});

it('validates only with the fingerprint that the agent shows', async () => {
  const rig = await useMidServers();
  const { token } = await rig.newToken();
  const keys = newKeys();
  const { id } = (await rig.request('POST', '/enrol', { token, ...keys }, '')).json;
  const fingerprint = await agentFingerprint(keys.signingKey.x, keys.sealingKey.x);
  expect(await rig.only()).toMatchObject({ validated: false, status: 'down', fingerprint, name: 'build-07' });

  const other = await rig.request('POST', `/${id}/validate`, { fingerprint: fingerprint.replace(/.$/, 'x') });
  expect([other.status, other.json.code]).toEqual([409, 'mid_server.fingerprint_differs']);
  const spoken = fingerprint.toUpperCase().replaceAll(' ', '');
  const right = await rig.request('POST', `/${id}/validate`, { fingerprint: spoken });
  expect(right.json).toMatchObject({ validated: true, validatedBy: { name: 'Ada' }, credentialCount: 1 });
  expect((await rig.request('POST', `/${id}/pause`)).json.status).toBe('down');
  expect((await rig.request('DELETE', `/${id}`)).status).toBe(204);
  expect((await rig.request('GET', `/${id}`)).status).toBe(404);
  expect((await rig.auditActions()).slice(2)).toEqual([
    'mid-server.validated',
    'mid-server.paused',
    'mid-server.removed',
  ]);
});

it('the agent says in one line what is wrong', async () => {
  const rig = await useMidServers();
  const said = async (...args: string[]) => {
    const agent = await startNode(agentMain, { args });
    const { code } = await agent.exited;
    return `${code} ${agent.output.trim()}`;
  };
  const data = newDataFolder();
  const [notEnrolled, badToken, noInstance, noTls] = await Promise.all([
    said('run', '--data', data),
    said('enrol', '--instance', rig.address, '--token', 'lkmid_wrong', '--data', data),
    said('enrol', '--instance', 'http://127.0.0.1:9', '--token', 'x', '--data', newDataFolder()),
    said('enrol', '--instance', 'http://lockkeeper.example', '--token', 'x', '--data', newDataFolder()),
  ]);
  expect(notEnrolled).toMatch(
    /^1 This MID Server is not enrolled. Make a token .* lockkeeper mid-server enrol [^\n]*$/,
  );
  expect(badToken).toMatch(
    /^1 The instance did not enrol this MID Server: The enrolment token is unknown[^\n]*$/,
  );
  expect(noInstance).toMatch(
    /^1 The instance at http:\/\/127.0.0.1:9 cannot be reached \(ECONNREFUSED\)[^\n]*$/,
  );
  expect(noTls).toMatch(/^1 http:\/\/lockkeeper.example would be reached without TLS[^\n]*$/);
  expect(readdirSync(data)).toEqual([]);
});

it('an agent pins the key that its token names, so nobody can answer in the place of the instance', async () => {
  const rig = await useMidServers();
  const { token } = await rig.newToken();
  const data = newDataFolder();
  const [secret] = token.split('.');
  const args = ['enrol', '--instance', rig.address, '--token', `${secret}.${'A'.repeat(22)}`, '--data', data];
  const agent = await startNode(agentMain, { args });
  expect((await agent.exited).code).toBe(1);
  expect(agent.output).toContain('its key is not the one the token names');
  expect(readdirSync(data)).toEqual([]);
});

it('an agent that is not validated is connected and held, then gets ready by itself', async () => {
  const rig = await useMidServers();
  const [data, { token }] = [newDataFolder(), await rig.newToken()];
  const args = ['enrol', '--instance', rig.address, '--token', token, '--name', 'mid-a', '--data', data];
  const enrolled = await startNode(agentMain, { args });
  await enrolled.exited;
  expect(enrolled.output).toMatch(
    /^Enrolled as mid-a \(mid_\w+\). Fingerprint:\n([0-9a-f]{4} ){15}[0-9a-f]{4}\n$/,
  );
  const shown = await startNode(agentMain, { args: ['fingerprint', '--data', data] });
  await shown.exited;
  const fingerprint = shown.output.trim();
  const agent = await rig.run(data, /waits: an admin has to compare/);
  const server = await rig.only();
  expect(server).toMatchObject({ validated: false, status: 'up', fingerprint, name: 'mid-a' });
  await expect(rig.rest({ origin: 'http://127.0.0.1:9' })).rejects.toMatchObject({
    code: 'mid_server.none_available',
  });
  await rig.request('POST', `/${server.id}/validate`, { fingerprint });
  await agent.waitFor(/takes calls/);
  const up = await eventually(async () => {
    const now = await rig.only();
    expect(now.sessions[0]?.roundTripMs).not.toBeNull();
    return now;
  });
  expect(up.sessions).toMatchObject([{ instance: 'inst-a', tls: false }]);
  expect(Math.abs(up.clockSkewMs ?? 999)).toBeLessThan(200);
});
