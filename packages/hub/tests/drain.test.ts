import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { eventually } from '@lockkeeper/testing';
import { expect, test } from 'vitest';
import { handOut, type Instance, type Instances, refreshBy, useInstances } from './instance-rig.ts';
import { startSandboxProvider, tokenOf } from './provider-rig.ts';
import { holdWhen, isHolding, releaseAndForget } from './token-hold.ts';

async function useOneInstance(): Promise<{ rig: Instances; instance: Instance }> {
  const rig = await useInstances(await startSandboxProvider(), [0]);
  const [instance] = rig.instances;
  if (instance === undefined) throw new Error('no instance');
  return { rig, instance };
}

/** Whether anybody listens there. */
async function isListening(url: string): Promise<boolean> {
  const { port } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  const isConnected = await Promise.race([
    once(socket, 'connect').then(() => true),
    once(socket, 'error').then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return isConnected;
}

/** On a connection that is kept. @returns the status */
function ask(url: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    }).once('error', reject);
  });
}

test('RL-05: SIGTERM in the middle of a refresh: it ends well, its answer is kept, and nobody gets a 5xx', async () => {
  const { rig, instance } = await useOneInstance();
  const statuses = new Set<number>();
  // A caller who is in the middle of something as well, on a connection that would be kept for a minute.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  await holdWhen(rig, 'new.version > old.version');
  const refreshing = refreshBy(rig, instance);
  await isHolding(rig);
  instance.process.child.kill('SIGTERM');
  while (await isListening(instance.url)) {
    const status = await ask(`${instance.url}/healthz`, agent).catch(() => undefined);
    if (status !== undefined) statuses.add(status);
    const handedOut = await handOut(rig, instance).catch(() => undefined);
    if (handedOut !== undefined) statuses.add(handedOut.status);
  }
  // It has rotated at the provider; the connection to the database breaks too.
  await releaseAndForget(rig);
  const refreshed = await refreshing;
  expect([refreshed?.status, refreshed?.json]).toMatchObject([200, { state: 'available', version: 2 }]);
  expect(await instance.process.exited).toEqual({ code: 0, signal: null });
  for (const status of statuses) expect(status).toBeLessThan(500);
  expect(await tokenOf(rig)).toMatchObject({ state: 'available', version: 2, problem: null });
  agent.destroy();
});

test('RL-05: SIGTERM ends an instance at once although callers keep their connections', async () => {
  const { rig, instance } = await useOneInstance();
  const agent = new Agent({ keepAlive: true });
  // Held in the middle of its request while the server closes, its connection falls idle only afterwards.
  await holdWhen(rig, 'old.lease_sent_at is null and new.lease_sent_at is not null');
  const busy = refreshBy(rig, instance);
  await isHolding(rig);
  instance.process.child.kill('SIGTERM');
  await eventually(async () => expect(await isListening(instance.url)).toBe(false));
  const releasedAtMs = performance.now();
  await releaseAndForget(rig);
  await busy;
  expect(await instance.process.exited).toEqual({ code: 0, signal: null });
  // A connection is kept for 72 s.
  expect(performance.now() - releasedAtMs).toBeLessThan(40_000);
  agent.destroy();
});

test('RL-05: who waits for another instance that refreshes gets its token although this one was told to end', async () => {
  const rig = await useInstances(await startSandboxProvider(), [0, 0]);
  const [one, two] = rig.instances;
  if (one === undefined || two === undefined) throw new Error('no instances');
  await holdWhen(rig, 'new.version > old.version');
  const refreshing = refreshBy(rig, one);
  await isHolding(rig);
  const waiting = refreshBy(rig, two);
  // Answered after the other was received.
  await two.client.get('/readyz');
  two.process.child.kill('SIGTERM');
  await eventually(async () => expect(await isListening(two.url)).toBe(false));
  await releaseAndForget(rig);
  for (const answer of await Promise.all([refreshing, waiting])) {
    expect([answer?.status, answer?.json]).toMatchObject([200, { state: 'available', version: 2 }]);
  }
  expect(await two.process.exited).toEqual({ code: 0, signal: null });
});
