import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { eventually, startNode, TestClock, useTestDatabase } from '@lockkeeper/testing';
import { parseMasterKeys } from '@lockkeeper/vault';
import { describe, expect, onTestFinished, test } from 'vitest';
import { RETRY_DELAYS_MS } from '../src/event-subscriptions/retry-schedule.ts';
import { createOriginPolicy } from '../src/outbound/origin-policy.ts';
import { createOutboundFetch } from '../src/outbound/outbound-fetch.ts';
import { aChange, rowsOf, subscribeTo, tester, tried, useDispatch } from './event-dispatch-rig.ts';
import { answering, useEventReceiver } from './event-receiver.ts';

const HOUR = 60 * 60 * 1000;
const child = path.join(import.meta.dirname, 'event-dispatch-child.ts');

/** An instance that delivers, and a receiver. */
async function useOne(options: Partial<Parameters<typeof useDispatch>[0]> = {}) {
  const receiver = await useEventReceiver();
  const dispatch = await useDispatch({ allowOrigins: [receiver.origin], ...options });
  await dispatch.start();
  return { receiver, dispatch };
}

describe('a receiver that fails', () => {
  test('is tried ten times on the schedule of Standard Webhooks, always with the same id, and then switched off', async () => {
    const clock = new TestClock();
    const { receiver, dispatch } = await useOne({ now: clock.now });
    receiver.answer(answering(500, {}, 'trouble'));
    const id = await subscribeTo(dispatch, receiver.origin);
    await dispatch.publish();
    for (const [index, delayMs] of RETRY_DELAYS_MS.entries()) {
      const row = await tried(dispatch, index + 1);
      expect(row.next_attempt_at?.getTime()).toBe(clock.nowMs() + delayMs);
      clock.advance(delayMs);
      dispatch.dispatcher.wake();
    }
    expect(await tried(dispatch, 10)).toMatchObject({
      state: 'failed',
      last_status: 500,
      last_body: 'trouble',
    });
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    const sentAt = receiver.received.map(({ headers }) => Number(headers['webhook-timestamp']) * 1000);
    expect(sentAt.slice(1).map((at, index) => at - (sentAt[index] ?? 0))).toEqual(RETRY_DELAYS_MS);

    expect(await dispatch.subscriptions.get(id)).toMatchObject({
      active: false,
      disabled: { reason: 'failing' },
    });
    const audit = await dispatch.db
      .selectFrom('audit_entries')
      .select(['action', 'summary'])
      .where('action', '=', 'event-subscription.disabled')
      .execute();
    expect(audit).toHaveLength(1);
    expect(audit[0]?.summary).toContain('failed for three days');
  });

  test('is not switched off when something arrived meanwhile', async () => {
    const clock = new TestClock();
    const { receiver, dispatch } = await useOne({ now: clock.now });
    receiver.answer((response, { body }) => void response.writeHead(body.includes('bad') ? 500 : 204).end());
    const id = await subscribeTo(dispatch, receiver.origin);
    await dispatch.publish(aChange('bad'));
    for (const [index, delayMs] of RETRY_DELAYS_MS.entries()) {
      await eventually(async () => expect((await rowsOf(dispatch))[0]?.attempts).toBe(index + 1));
      if (index === 7) {
        await dispatch.publish(aChange('good'));
        await eventually(async () => expect((await rowsOf(dispatch))[1]?.state).toBe('delivered'));
        expect((await dispatch.subscriptions.get(id)).failingSince).toBeNull();
      }
      clock.advance(delayMs);
      dispatch.dispatcher.wake();
    }
    await eventually(async () => expect((await rowsOf(dispatch))[0]?.state).toBe('failed'));
    expect(await dispatch.subscriptions.get(id)).toMatchObject({ active: true, disabled: null });
  });

  test('and says when to come again is heard, up to a day', async () => {
    const clock = new TestClock();
    const { receiver, dispatch } = await useOne({ now: clock.now });
    await subscribeTo(dispatch, receiver.origin);
    receiver.answer(answering(503, { 'retry-after': '7200' }));
    await dispatch.publish();
    const first = await tried(dispatch, 1);
    expect(first.next_attempt_at?.getTime()).toBe(clock.nowMs() + 2 * HOUR);
    receiver.answer(answering(429, { 'retry-after': '31536000' }));
    clock.advance(2 * HOUR);
    dispatch.dispatcher.wake();
    const second = await tried(dispatch, 2);
    expect(second.next_attempt_at?.getTime()).toBe(clock.nowMs() + 24 * HOUR);
  });

  test('to answer in time costs its own events time, and nobody else', async () => {
    const hung = await useEventReceiver();
    hung.answer(() => {});
    const quick = await useEventReceiver();
    const dispatch = await useDispatch({ allowOrigins: [hung.origin, quick.origin] });
    await dispatch.start();
    for (let number = 0; number < 8; number++) await subscribeTo(dispatch, `${hung.origin}/${number}`);
    for (let number = 0; number < 10; number++) await dispatch.publish();
    // Of each of the eight no more than four are under way, so there is room.
    await eventually(() => expect(hung.received.length).toBe(32));
    await subscribeTo(dispatch, quick.origin);
    await dispatch.publish();
    await eventually(() => expect(quick.received).toHaveLength(1), 5_000);
    expect(hung.received.length).toBe(32);
  });

  test('to answer at all is given up on, and what it says without end is not read', async () => {
    const { receiver, dispatch } = await useOne({ attemptTimeoutMs: 1000 });
    const id = await subscribeTo(dispatch, receiver.origin);
    receiver.answer(() => {});
    expect((await dispatch.subscriptions.test(id, tester)).answer).toMatchObject({
      status: null,
      error: 'did not answer within 1 s',
    });
    const bomb = gzipSync(Buffer.alloc(50_000_000, 'x'));
    receiver.answer((response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
    const { delivered, answer } = await dispatch.subscriptions.test(id, tester);
    expect([delivered, answer.body]).toEqual([true, 'x'.repeat(1024)]);
    receiver.answer((response) => {
      response.writeHead(200);
      response.write('begun');
    });
    const dripping = await dispatch.subscriptions.test(id, tester);
    expect([dripping.delivered, dripping.answer.body]).toEqual([true, 'begun']);
  });

  test('SS-02: because its name has come to mean a private address is not reached', async () => {
    const receiver = await useEventReceiver();
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
    const outbound = createOutboundFetch({ policy: createOriginPolicy([]), resolve });
    onTestFinished(() => outbound.close());
    const { dispatch } = await useOne({ fetch: outbound.fetch });
    const id = await subscribeTo(dispatch, 'https://hooks.example.com/events');
    expect((await dispatch.subscriptions.test(id, tester)).answer).toMatchObject({
      status: null,
      error: 'may not be called: hooks.example.com has no address of the public internet',
    });
    expect(receiver.received).toEqual([]);
  });
});

describe('an event', () => {
  test('whose transaction is undone is told nobody', async () => {
    const { receiver, dispatch } = await useOne();
    await subscribeTo(dispatch, receiver.origin);
    const undone = dispatch.db.transaction().execute(async (trx) => {
      await dispatch.outbox.publish(aChange('undone'), trx);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await dispatch.publish(aChange('done'));
    await tried(dispatch, 1);
    expect(receiver.received.map(({ body }) => JSON.parse(body).data.credential.name)).toEqual(['done']);
  });

  test('waits while its subscription is switched off, and is sent when it is active again', async () => {
    const { receiver, dispatch } = await useOne();
    const id = await subscribeTo(dispatch, receiver.origin);
    receiver.answer(answering(500));
    await dispatch.publish();
    await tried(dispatch, 1);
    await dispatch.subscriptions.update(id, { active: false }, tester);
    await dispatch.db
      .updateTable('event_deliveries')
      .set({ next_attempt_at: new Date(0) })
      .execute();
    dispatch.dispatcher.wake();
    receiver.answer(answering(204));
    expect(await dispatch.subscriptions.get(id)).toMatchObject({ pending: 1 });
    expect(receiver.received).toHaveLength(1);
    await dispatch.subscriptions.update(id, { active: true }, tester);
    expect(await tried(dispatch, 2)).toMatchObject({ state: 'delivered' });
  });

  test('is kept for thirty days, and a former signing secret until it counts no more', async () => {
    const clock = new TestClock();
    const { receiver, dispatch } = await useOne({ now: clock.now });
    const id = await subscribeTo(dispatch, receiver.origin);
    await dispatch.subscriptions.rotateSecret(id, 60, tester);
    await dispatch.publish();
    await tried(dispatch, 1);
    clock.advance(29 * 24 * HOUR);
    await dispatch.cleanUp.run();
    expect(await rowsOf(dispatch)).toHaveLength(1);
    clock.advance(2 * 24 * HOUR);
    await dispatch.cleanUp.run();
    expect(await rowsOf(dispatch)).toEqual([]);
    const [row] = await dispatch.db.selectFrom('event_subscriptions').selectAll().execute();
    expect(row).toMatchObject({ former_secret_sealed: null, former_secret_until: null });
  });

  test('is counted in the metrics', async () => {
    const clock = new TestClock();
    const { receiver, dispatch } = await useOne({ now: clock.now });
    await subscribeTo(dispatch, receiver.origin);
    receiver.answer(answering(500));
    await dispatch.publish();
    await tried(dispatch, 1);
    await dispatch.dispatcher.stop();
    clock.advance(12_000);
    const text = await dispatch.metrics.metrics();
    expect(text).toContain('lockkeeper_event_delivery_attempts_total{outcome="retry"} 1');
    expect(text).toContain('lockkeeper_event_deliveries_pending 1');
    expect(text).toContain('lockkeeper_event_delivery_lag_seconds 7');
  });
});

describe('several instances', () => {
  test('deliver each event once among them', async () => {
    const { receiver, dispatch } = await useOne();
    const { database, masterKeys } = dispatch;
    const other = await useDispatch({ allowOrigins: [receiver.origin], database, masterKeys });
    await other.start();
    await subscribeTo(dispatch, receiver.origin);
    for (let number = 0; number < 60; number++) await dispatch.publish();
    await eventually(async () => {
      const states = (await rowsOf(dispatch)).map(({ state }) => state);
      expect(states.filter((state) => state === 'delivered')).toHaveLength(60);
    });
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect([ids.length, new Set(ids).size]).toEqual([60, 60]);
  });

  test('one that is killed while it sends leads to a repetition with the same id', async () => {
    const masterKey = randomBytes(32).toString('base64');
    const receiver = await useEventReceiver();
    receiver.answer(() => {});
    const database = await useTestDatabase();
    const masterKeys = parseMasterKeys(masterKey, undefined);
    const dispatch = await useDispatch({
      allowOrigins: [receiver.origin],
      database,
      masterKeys,
      leaseMs: 1000,
    });
    await subscribeTo(dispatch, receiver.origin);
    const env = { DATABASE_URL: database.url, MASTER_KEY: masterKey, ORIGIN: receiver.origin };
    const sender = await startNode(child, { env, waitFor: /delivering/ });
    onTestFinished(() => sender[Symbol.asyncDispose]());
    await dispatch.publish();
    await eventually(() => expect(receiver.received).toHaveLength(1));
    await sender.kill('SIGKILL');
    receiver.answer(answering(204));
    await dispatch.start();
    expect(await tried(dispatch, 1)).toMatchObject({ state: 'delivered' });
    const [first, second] = receiver.received;
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.body).toBe(first?.body);
  });

  test('what one has committed is told though it is killed at once, what it has not committed is not', async () => {
    const { receiver, dispatch } = await useOne();
    await subscribeTo(dispatch, receiver.origin);
    await dispatch.dispatcher.stop();
    const env = { DATABASE_URL: dispatch.database.url, DOES: 'publish' };
    const publisher = await startNode(child, { env, waitFor: /in the middle/ });
    onTestFinished(() => publisher[Symbol.asyncDispose]());
    await publisher.kill('SIGKILL');
    expect(receiver.received).toEqual([]);
    const { database, masterKeys } = dispatch;
    const survivor = await useDispatch({ allowOrigins: [receiver.origin], database, masterKeys });
    await survivor.start();
    await tried(survivor, 1);
    expect(receiver.received.map(({ body }) => JSON.parse(body).data.credential.name)).toEqual(['committed']);
  });
});
