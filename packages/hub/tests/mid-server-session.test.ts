import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Control,
  decodeMessage,
  encodeMessage,
  FRAME_TYPE,
  LIMITS,
  newNonce,
  signTranscript,
  type Transcript,
} from '@lockkeeper/contract/mid';
import { eventually, startTap, type Tap } from '@lockkeeper/testing';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { type MidServersRig, textOf, useMidServers, useUpstream } from './mid-server-rig.ts';

type Challenge = Control<(typeof FRAME_TYPE)['CHALLENGE']>;

/** An agent that says whatever the test wants. */
function connect(address: string, headers: Record<string, string> = {}) {
  const url = `${address.replace('http', 'ws')}${LIMITS.SESSION_PATH}`;
  const socket = new WebSocket(url, [LIMITS.SESSION_SUBPROTOCOL], { headers });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    socket.on('error', () => undefined);
  });
  const received: { type: number; value: unknown }[] = [];
  socket.on('message', (data: Buffer) => {
    for (const { type, payload } of decodeMessage(data)) {
      received.push({ type, value: JSON.parse(Buffer.from(payload).toString()) });
    }
  });
  return {
    socket,
    closed,
    received,
    async send(type: (typeof FRAME_TYPE)[keyof typeof FRAME_TYPE], value: unknown) {
      if (socket.readyState === WebSocket.CONNECTING)
        await new Promise((resolve) => socket.once('open', resolve));
      const payload = Buffer.from(JSON.stringify(value));
      socket.send(encodeMessage([{ type, streamId: type < FRAME_TYPE.OPEN ? 0 : 1, fin: false, payload }]));
    },
    async challenge(): Promise<Challenge> {
      return eventually(() => {
        const frame = received.find(({ type }) => type === FRAME_TYPE.CHALLENGE);
        if (frame === undefined) throw new Error('not challenged');
        return frame.value as Challenge;
      });
    },
  };
}

const helloOf = (midServerId: string, timeMs = Date.now()) => ({
  midServerId,
  nonce: newNonce(),
  timeMs,
  version: '0.1.0',
  host: 'build-07',
});

function identityIn(data: string) {
  const file = join(data, 'identity.json');
  return { file, identity: JSON.parse(readFileSync(file, 'utf8')) };
}

const importKey = (jwk: { kty: string; crv: string; x: string; d: string }) =>
  crypto.subtle.importKey('jwk', jwk, 'Ed25519', false, ['sign']);

async function signed(
  hello: ReturnType<typeof helloOf>,
  challenge: Challenge,
  key: Awaited<ReturnType<typeof importKey>>,
) {
  const transcript: Transcript = {
    midServerId: hello.midServerId,
    instanceId: challenge.instanceId,
    agentNonce: hello.nonce,
    agentTimeMs: hello.timeMs,
    instanceNonce: challenge.nonce,
    instanceTimeMs: challenge.timeMs,
    agentKey: challenge.agentKey,
  };
  return signTranscript(key, 'agent', transcript);
}

it('AG-02: an agent with another key, or an answer to an earlier challenge, is turned away', async () => {
  const rig = await useMidServers();
  const { identity } = identityIn(await rig.enrol('mid-a'));
  const right = await importKey(identity.signingKey);
  const pair = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new Error('not a pair');

  const first = connect(rig.address);
  const hello = helloOf(identity.midServerId);
  await first.send(FRAME_TYPE.HELLO, hello);
  const old = await signed(hello, await first.challenge(), right);
  await first.send(FRAME_TYPE.PROOF, { signature: old });
  await eventually(() => expect(first.received.some(({ type }) => type === FRAME_TYPE.WELCOME)).toBe(true));

  const replay = connect(rig.address);
  await replay.send(FRAME_TYPE.HELLO, hello);
  await replay.challenge();
  await replay.send(FRAME_TYPE.PROOF, { signature: old });
  expect((await replay.closed).code).toBe(4401);

  const wrongKey = connect(rig.address);
  await wrongKey.send(FRAME_TYPE.HELLO, hello);
  const signature = await signed(hello, await wrongKey.challenge(), pair.privateKey);
  await wrongKey.send(FRAME_TYPE.PROOF, { signature });
  expect(await wrongKey.closed).toMatchObject({ code: 4401, reason: expect.stringContaining('signature') });
  await eventually(async () =>
    expect(
      (await rig.auditActions()).filter((action) => action === 'mid-server.connected: failure'),
    ).toHaveLength(2),
  );
  first.socket.terminate();
});

it("AG-02: another hub's challenge: the agent pins the instance's key and does not answer", async () => {
  const [own, other] = [await useMidServers(), await useMidServers()];
  const { file, identity } = identityIn(await own.enrol('mid-a'));
  writeFileSync(file, JSON.stringify({ ...identity, instanceUrl: other.address }));
  const { midServerId, ...row } = { midServerId: identity.midServerId, ...(await ownRow(own)) };
  await other.db
    .insertInto('mid_servers')
    .values({ ...row, id: midServerId })
    .execute();
  const agent = await other.run(join(file, '..'), /is not the instance this MID Server was enrolled at/);
  expect(agent.output).not.toContain('connected');
  expect((await other.only()).status).toBe('down');
});

it('AG-03: a clock more than a minute off is turned away', async () => {
  const rig = await useMidServers();
  const { identity } = identityIn(await rig.enrol('mid-a'));
  const late = connect(rig.address);
  await late.send(FRAME_TYPE.HELLO, helloOf(identity.midServerId, Date.now() - 61_000));
  expect(await late.closed).toMatchObject({ code: 4401, reason: expect.stringContaining('clocks') });
});

it('AG-09: an agent id that is left out or forged is turned away, and nothing is said before the proof', async () => {
  const rig = await useMidServers();
  const { identity } = identityIn(await rig.enrol('mid-a'));
  const { midServerId: _, ...nameless } = helloOf('');
  const cases: [number, unknown, number][] = [
    [FRAME_TYPE.HELLO, nameless, 4400],
    [FRAME_TYPE.HELLO, helloOf(''), 4400],
    [FRAME_TYPE.HELLO, helloOf('mid_01ARZ3NDEKTSV4RRFFQ69G5FAV'), 4401],
    [FRAME_TYPE.PROOF, { signature: 'A'.repeat(86) }, 4400],
    [FRAME_TYPE.PONG, { sentAtMs: 1, timeMs: 1, holds: 0 }, 4400],
    [FRAME_TYPE.GRANT, { grantId: 'g', credentialId: 'c', origin: 'https://a.example', sealed: '' }, 4400],
    [FRAME_TYPE.OPEN, {}, 4400],
  ];
  for (const [type, value, code] of cases) {
    const agent = connect(rig.address);
    const known = Object.values(FRAME_TYPE).find((each) => each === type);
    if (known === undefined) throw new Error('no such type');
    await agent.send(known, value);
    expect([type, (await agent.closed).code]).toEqual([type, code]);
    expect(agent.received).toEqual([]);
  }
  const browser = connect(rig.address, { origin: 'https://evil.example' });
  expect((await browser.closed).code).toBe(1006);
  expect(rig.sessions.local()).toEqual([]);
  expect(identity.midServerId).toMatch(/^mid_/);
});

it('AG-05, AG-12: neither disk nor traffic of an agent ever holds a client secret, a refresh token or a readable token', async () => {
  const rig = await useMidServers();
  const data = await rig.enrol('mid-a');
  const tap = await useTap(rig.address);
  const { file, identity } = identityIn(data);
  writeFileSync(file, JSON.stringify({ ...identity, instanceUrl: tap.address }));
  const { id, fingerprint } = await rig.only();
  await rig.request('POST', `/${id}/validate`, { fingerprint });
  await rig.run(data, /takes calls/);
  const origin = await useUpstream((_request, response) => response.end('ok'));
  expect(await textOf(await rig.rest({ origin }))).toBe('ok');
  const wire = Buffer.concat(tap.traffic).toString('latin1');
  expect(wire).toContain('"grantId"');
  expect(wire).not.toContain(rig.credentials.token);
  expect(readFileSync(file, 'utf8')).not.toContain(rig.credentials.token);

  // What was sealed to this agent opens with no other agent's key.
  const sealed = /"sealed":"([^"]+)"/.exec(wire)?.[1] ?? '';
  const { openAtAgent } = await import('@lockkeeper/vault');
  const other = identityIn(await rig.enrol('mid-b')).identity;
  const expected = { midServerId: id, credentialId: 'cred_01ARZ3NDEKTSV4RRFFQ69G5FAV', origin };
  const opened = await openAtAgent(sealed, identity.sealingKey, expected, new Date());
  expect(opened.value.reveal()).toBe(`Bearer ${rig.credentials.token}`);
  await expect(openAtAgent(sealed, other.sealingKey, expected, new Date())).rejects.toMatchObject({
    code: 'vault.sealed_value_damaged',
  });
  const elsewhere = { ...expected, origin: 'https://evil.example' };
  await expect(openAtAgent(sealed, identity.sealingKey, elsewhere, new Date())).rejects.toMatchObject({
    code: 'vault.context_mismatch',
  });
});

it('an agent that falls silent is Down, and so is its call; when it speaks again it is Up', async () => {
  const reached = Promise.withResolvers<void>();
  const origin = await useUpstream(() => reached.resolve());
  const rig = await useMidServers({ heartbeatMs: 200 });
  const { agent } = await rig.readyAgent();
  await eventually(async () => expect((await rig.only()).status).toBe('up'));
  const call = rig.rest({ origin, method: 'POST' });
  call.catch(() => undefined);
  await reached.promise;
  agent.child.kill('SIGSTOP');
  await expect(call).rejects.toMatchObject({ code: 'mid_server.outcome_unknown' });
  await eventually(async () => expect((await rig.only()).status).toBe('down'));
  agent.child.kill('SIGCONT');
  await eventually(async () => expect((await rig.only()).status).toBe('up'), 15_000);
});

it('Invalidate ends calls at once and holds the agent; Remove closes its connection for good', async () => {
  const reached = Promise.withResolvers<void>();
  const origin = await useUpstream(() => reached.resolve());
  const rig = await useMidServers();
  const { agent, id } = await rig.readyAgent();
  const call = rig.rest({ origin, method: 'POST' });
  call.catch(() => undefined);
  await reached.promise;
  const invalidated = await rig.request('POST', `/${id}/invalidate`);
  expect(invalidated.json).toMatchObject({ validated: false, validatedAt: null });
  await expect(call).rejects.toMatchObject({ code: 'mid_server.outcome_unknown' });
  await agent.waitFor(/waits: an admin/);
  expect((await rig.request('DELETE', `/${id}`)).status).toBe(204);
  await agent.waitFor(/an admin has removed this MID Server/);
  expect(rig.sessions.local()).toEqual([]);
});

it('Pause lets a call finish and gives no new one; Resume does', async () => {
  const [reached, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const origin = await useUpstream(async (_request, response) => {
    reached.resolve();
    await answer.promise;
    response.end('finished');
  });
  const rig = await useMidServers();
  const { agent, id } = await rig.readyAgent();
  const call = rig.rest({ origin });
  await reached.promise;
  expect((await rig.request('POST', `/${id}/pause`)).json.status).toBe('paused');
  await agent.waitFor(/paused by an admin/);
  await expect(rig.rest({ origin })).rejects.toMatchObject({ code: 'mid_server.none_available' });
  answer.resolve();
  expect(await textOf(await call)).toBe('finished');
  expect((await rig.request('POST', `/${id}/resume`)).json.status).toBe('up');
  expect(await textOf(await rig.rest({ origin }))).toBe('finished');
});

it('SIGTERM drains: a call under way finishes, then the agent ends with status 0', async () => {
  const [reached, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const origin = await useUpstream(async (_request, response) => {
    reached.resolve();
    await answer.promise;
    response.end('finished');
  });
  const rig = await useMidServers();
  const { agent } = await rig.readyAgent();
  const call = rig.rest({ origin });
  await reached.promise;
  agent.child.kill('SIGTERM');
  await eventually(async () => expect((await rig.only()).status).toBe('draining'));
  await expect(rig.rest({ origin })).rejects.toMatchObject({ code: 'mid_server.none_available' });
  answer.resolve();
  expect(await textOf(await call)).toBe('finished');
  expect(await agent.exited).toEqual({ code: 0, signal: null });
});

it('AG-06: Rekey gives the agent new keys without a new validation, and calls go on', async () => {
  const rig = await useMidServers();
  const origin = await useUpstream((_request, response) => response.end('ok'));
  const { data, agent, id } = await rig.readyAgent();
  const before = await rig.only();
  expect(await textOf(await rig.rest({ origin }))).toBe('ok');
  expect((await rig.request('POST', `/${id}/rekey`)).status).toBe(200);
  await agent.waitFor(/takes calls.*the new keys are known.*takes calls/s);
  const after = await rig.only();
  expect(after).toMatchObject({ validated: true, status: 'up' });
  expect(after.fingerprint).not.toBe(before.fingerprint);
  expect(identityIn(data).identity).not.toHaveProperty('next');
  expect(await textOf(await rig.rest({ origin }))).toBe('ok');
  expect(await rig.auditActions()).toContain('mid-server.rekeyed');
});

it('AG-06: killed in the middle of a rekey, the old key is good until the instance knows the new one', async () => {
  const rig = await useMidServers();
  const { data, agent, id } = await rig.readyAgent();
  await agent.kill();
  const { file, identity } = identityIn(data);
  const { signingKey, sealingKey } = identityIn(await rig.enrol('mid-b')).identity;

  // New keys made and not yet told.
  writeFileSync(file, JSON.stringify({ ...identity, next: { signingKey, sealingKey } }));
  const second = await rig.run(data, /takes calls/);
  expect(identityIn(data).identity.signingKey).toEqual(identity.signingKey);
  await second.kill();

  // Told, and killed before it heard so.
  await rig.db.deleteFrom('mid_servers').where('id', '!=', id).execute();
  const keys = { signing_key: signingKey.x, sealing_key: sealingKey.x };
  await rig.db.updateTable('mid_servers').set(keys).where('id', '=', id).execute();
  await rig.run(data, /takes calls/);
  const { next, ...kept } = identityIn(data).identity;
  expect([kept.signingKey, next]).toEqual([signingKey, undefined]);
});

it('an agent comes back by itself after the instance was away, and says so once', async () => {
  const rig = await useMidServers();
  const data = await rig.enrol('mid-a');
  const tap = await useTap(rig.address);
  const { file, identity } = identityIn(data);
  writeFileSync(file, JSON.stringify({ ...identity, instanceUrl: 'http://127.0.0.1:9' }));
  const agent = await rig.run(data, /cannot be reached \(ECONNREFUSED\)/);
  await agent.kill('SIGTERM');
  writeFileSync(file, JSON.stringify({ ...identity, instanceUrl: tap.address }));
  const again = await rig.run(data, /waits: an admin/);
  for (const session of rig.sessions.local()) session.close(1012, 'the instance restarts');
  await again.waitFor(/the instance restarts.*waits: an admin/s);
  await eventually(async () => expect((await rig.only()).status).toBe('up'));
});

async function ownRow(rig: MidServersRig) {
  const row = await rig.db.selectFrom('mid_servers').selectAll().executeTakeFirstOrThrow();
  return { ...row, enrolled_by: JSON.stringify(row.enrolled_by), validated_by: null };
}

async function useTap(address: string): Promise<Tap> {
  const tap = await startTap(address);
  onTestFinished(() => tap.close());
  return tap;
}
