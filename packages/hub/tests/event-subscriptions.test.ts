import { outboundEventCatalogue, outboundEventType, outboundMessage } from '@lockkeeper/contract';
import { CanaryVault, eventually, TestClock } from '@lockkeeper/testing';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { routePolicy, stepUpOf } from '../src/http/route-policy.ts';
import { answering, type EventReceiver, type Received, useEventReceiver } from './event-receiver.ts';
import { getOAuthToken, type Rig, startSandboxProvider, useRig } from './provider-rig.ts';

const path = '/api/v1/event-subscriptions';

interface EventRig extends Rig {
  receiver: EventReceiver;
  clock: TestClock;
}

async function useEventRig(): Promise<EventRig> {
  const clock = new TestClock(new Date());
  const [provider, receiver] = await Promise.all([startSandboxProvider(), useEventReceiver()]);
  const rig = await useRig(provider, { allowOrigins: [provider.origin, receiver.origin], now: clock.now });
  return { ...rig, receiver, clock };
}

async function subscribe({ admin, receiver }: EventRig, body: Record<string, unknown> = {}) {
  const { json, status, text } = await admin.post(path, {
    name: 'Operations',
    url: `${receiver.origin}/events`,
    ...body,
  });
  expect([status, text]).toEqual([201, expect.anything()]);
  const id = String(json.eventSubscription.id);
  return { id, secret: String(json.signingSecret), path: `${path}/${id}` };
}

/** By the reference implementation, which also checks the timestamp. */
function verified(secret: string, { body, headers }: Received): unknown {
  return new Webhook(secret).verify(body, {
    'webhook-id': String(headers['webhook-id']),
    'webhook-timestamp': String(headers['webhook-timestamp']),
    'webhook-signature': String(headers['webhook-signature']),
  });
}

const arrived = (receiver: EventReceiver, type: string) =>
  eventually(() => {
    const [first] = receiver.ofType(type);
    if (first === undefined) throw new Error(`no ${type} among ${receiver.received.map(({ body }) => body)}`);
    return first;
  });

/** Something that is told: a credential with another order. */
const change = async ({ admin, credentialId }: EventRig, order: number) => {
  const { status, text } = await admin.patch(`/api/v1/credentials/${credentialId}`, { order });
  expect([status, text]).toEqual([200, expect.anything()]);
};

const deliveriesOf = async ({ admin }: EventRig, id: string) =>
  (await admin.get(`/api/v1/event-deliveries?eventSubscriptionId=${id}`)).json.items;

test('a test event arrives signed, and its exact answer is shown', async () => {
  const rig = await useEventRig();
  const { receiver, admin } = rig;
  const { id, secret, path } = await subscribe(rig, { active: false });
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  receiver.answer(answering(202, {}, 'thank you \u001b[2J'));
  const { json } = await admin.post(`${path}/test`);
  const answer = { status: 202, error: null, body: 'thank you \\u{1b}[2J' };
  expect(json).toMatchObject({ delivered: true, answer });
  const received = await arrived(receiver, 'event_subscription.test');
  expect(received.path).toBe('/events');
  expect(verified(secret, received)).toMatchObject({
    type: 'event_subscription.test',
    data: { subscription: { id, name: 'Operations' }, actor: { name: 'Ada Admin' } },
  });
  expect(await deliveriesOf(rig, id)).toMatchObject([
    { state: 'delivered', attempts: 1, lastAnswer: answer },
  ]);

  receiver.answer(answering(503, {}, 'not now'));
  expect((await admin.post(`${path}/test`)).json).toMatchObject({
    delivered: false,
    answer: { status: 503, error: 'answered 503', body: 'not now' },
  });
});

describe('what happens to credentials and tokens', () => {
  test('is told signed, as the catalogue says, and without any secret', async () => {
    const rig = await useEventRig();
    const { admin, receiver, credentialId, provider } = rig;
    const { secret } = await subscribe(rig);
    await getOAuthToken(rig);
    await admin.patch(`/api/v1/credentials/${credentialId}`, { allowTokenHandOut: true });
    const handedOut = await admin.post(`/api/v1/credentials/${credentialId}/access-token`);
    await admin.post(`/api/v1/credentials/${credentialId}/token/revoke`);
    await admin.delete(`/api/v1/credentials/${credentialId}`);

    const credential = { id: credentialId, name: 'Platform' };
    const expected = {
      'token.available': { credential, cause: 'consented', expiresAt: expect.any(String) },
      'credential.updated': {
        credential,
        actor: { name: 'Ada Admin' },
        changed: ['allowTokenHandOut'],
        active: true,
      },
      'token.revoked': { credential, actor: { name: 'Ada Admin' } },
      'credential.deleted': { credential, actor: { name: 'Ada Admin' } },
    };
    for (const [type, data] of Object.entries(expected)) {
      const received = await arrived(receiver, type);
      expect(verified(secret, received)).toMatchObject({ type, data });
      expect(Object.keys(JSON.parse(received.body)).sort()).toEqual(['data', 'timestamp', 'type']);
    }

    const canaries = new CanaryVault();
    canaries.register('client secret', provider.registry.clientSecret);
    canaries.register('access token', handedOut.json.accessToken);
    canaries.register('signing secret', secret);
    for (const { body, headers } of receiver.received) {
      const { type, data } = outboundMessage.parse(JSON.parse(body));
      expect(() => outboundEventCatalogue[type].strict().parse(data)).not.toThrow();
      expect(canaries.find(`${body} ${JSON.stringify(headers)}`)).toEqual([]);
    }
  });

  test('is told to whoever asked for it, and leaves no row where nobody did', async () => {
    const rig = await useEventRig();
    const { receiver, testHub } = rig;
    await change(rig, 1);
    await subscribe(rig, { name: 'Others', eventTypes: ['token.revoked'] });
    await subscribe(rig, { name: 'Off', active: false });
    await change(rig, 2);
    expect(await testHub.database.db.selectFrom('outbound_events').selectAll().execute()).toEqual([]);

    await subscribe(rig, {
      name: 'Wanted',
      url: `${receiver.origin}/wanted`,
      eventTypes: ['credential.updated'],
    });
    await change(rig, 3);
    await arrived(receiver, 'credential.updated');
    expect(receiver.received.map((one) => one.path)).toEqual(['/wanted']);
  });
});

describe('the signing secret', () => {
  test('signs beside the former one for a while after it was rotated', async () => {
    const rig = await useEventRig();
    const { admin, receiver, clock } = rig;
    const { id, secret: former, path } = await subscribe(rig);
    const rotated = await admin.post(`${path}/rotate-secret`, { overlapSeconds: 3600 });
    const current: string = rotated.json.signingSecret;
    expect(current).not.toBe(former);
    expect(rotated.json.eventSubscription.formerSigningSecretUntil).not.toBeNull();

    await admin.post(`${path}/test`);
    const [both] = receiver.received;
    expect(String(both?.headers['webhook-signature']).split(' ')).toHaveLength(2);
    if (both === undefined) throw new Error('nothing arrived');
    verified(current, both);
    verified(former, both);

    // The reference implementation asks the real clock for the age of a message, so only the signature is looked at.
    clock.advance(2 * 60 * 60 * 1000);
    await admin.post(`/api/v1/session`, { email: 'ada@example.com', password: 'canary-password-of-ada' });
    await admin.post(`${path}/test`);
    expect(String(receiver.received[1]?.headers['webhook-signature']).split(' ')).toHaveLength(1);

    const at = await admin.get(
      `/api/v1/audit-entries?subjectId=${id}&action=event-subscription.secret_rotated`,
    );
    expect(at.json.items).toMatchObject([{ after: { signingSecret: '[secret]' } }]);
  });

  test('stops at once where no overlap is wished', async () => {
    const rig = await useEventRig();
    const { admin, receiver } = rig;
    const { secret: former, path } = await subscribe(rig);
    const { json } = await admin.post(`${path}/rotate-secret`, { overlapSeconds: 0 });
    await admin.post(`${path}/test`);
    const [received] = receiver.received;
    if (received === undefined) throw new Error('nothing arrived');
    verified(json.signingSecret, received);
    expect(() => verified(former, received)).toThrow();
  });

  test('KE-08: is in no other answer, in no log line, and sealed in the database', async () => {
    const rig = await useEventRig();
    const { admin, testHub, receiver } = rig;
    const { secret, path, id } = await subscribe(rig);
    await change(rig, 5);
    await arrived(receiver, 'credential.updated');
    const canaries = new CanaryVault();
    canaries.register('signing secret', secret);
    canaries.register('its bytes', secret.slice('whsec_'.length));
    const answers = await Promise.all(
      [
        path,
        '/api/v1/event-subscriptions',
        `/api/v1/audit-entries?subjectId=${id}`,
        '/api/v1/event-deliveries',
      ].map((each) => admin.get(each)),
    );
    const rows = await testHub.database.db.selectFrom('event_subscriptions').selectAll().execute();
    const everything = [...answers.map(({ text }) => text), ...testHub.log, JSON.stringify(rows)].join('\n');
    expect(canaries.find(everything)).toEqual([]);
  });

  test('WB-09: whoever wants to see it, or to change where events go, proves who they are', () => {
    const asked = (route: string, body: unknown) => stepUpOf(routePolicy[route] ?? 'public')?.(body);
    expect(asked(`POST ${path}`, {})).toBe(true);
    expect(asked(`POST ${path}/:id/rotate-secret`, {})).toBe(true);
    expect(asked(`PATCH ${path}/:id`, { url: 'https://evil.example' })).toBe(true);
    expect(asked(`PATCH ${path}/:id`, { name: 'x', active: false })).toBe(false);
  });
});

describe('an event that does not arrive', () => {
  test('is sent again by hand with the same id', async () => {
    const rig = await useEventRig();
    const { admin, receiver } = rig;
    const { id } = await subscribe(rig, { eventTypes: ['credential.updated'] });
    receiver.answer(answering(500, {}, 'canary-internal-trouble'));
    await change(rig, 2);
    const delivery = await eventually(async () => {
      const [first] = await deliveriesOf(rig, id);
      expect(first).toMatchObject({ state: 'pending', attempts: 1, lastAnswer: { status: 500 } });
      return first;
    });
    receiver.answer(answering(204));
    const retried = await admin.post(`/api/v1/event-deliveries/${delivery.id}/retry`);
    expect(retried.json).toMatchObject({
      event: { id: delivery.event.id },
      message: { type: 'credential.updated' },
    });
    await eventually(async () => expect((await deliveriesOf(rig, id))[0].state).toBe('delivered'));
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual([delivery.event.id, delivery.event.id]);
    const at = await admin.get(`/api/v1/audit-entries?subjectId=${id}&action=event-delivery.retried`);
    expect(at.json.items).toHaveLength(1);
  });

  test('because the receiver is gone (410) switches the subscription off, and the others are told', async () => {
    const rig = await useEventRig();
    const { admin, receiver } = rig;
    const { id, path } = await subscribe(rig, { eventTypes: ['credential.updated'] });
    await subscribe(rig, {
      name: 'Watch',
      url: `${receiver.origin}/watch`,
      eventTypes: ['event_subscription.disabled'],
    });
    receiver.answer((response, one) => void response.writeHead(one.path === '/events' ? 410 : 204).end());
    await change(rig, 2);
    const told = await arrived(receiver, 'event_subscription.disabled');
    expect([told.path, JSON.parse(told.body).data]).toEqual([
      '/watch',
      { subscription: { id, name: 'Operations' }, reason: 'gone' },
    ]);
    const { json } = await admin.get(path);
    expect(json).toMatchObject({ active: false, disabled: { reason: 'gone' } });
    const [delivery] = await deliveriesOf(rig, id);
    expect(delivery).toMatchObject({
      state: 'failed',
      lastAnswer: { error: 'answered 410: it wants no more events' },
    });
    const refused = await admin.post(`/api/v1/event-deliveries/${delivery.id}/retry`);
    expect([refused.status, refused.json.code]).toEqual([409, 'event_subscription.inactive']);
    const audit = await admin.get(`/api/v1/audit-entries?subjectId=${id}&action=event-subscription.disabled`);
    expect(audit.json.items).toMatchObject([{ actor: { kind: 'system', name: 'event dispatcher' } }]);

    const again = await admin.patch(path, { active: true });
    expect(again.json).toMatchObject({ active: true, disabled: null });
  });

  test('SS-03: because the receiver redirects: nothing follows', async () => {
    const rig = await useEventRig();
    const { admin, receiver } = rig;
    const { path } = await subscribe(rig);
    receiver.answer(answering(307, { location: `${receiver.origin}/elsewhere` }));
    const { json } = await admin.post(`${path}/test`);
    expect(json.answer).toMatchObject({
      status: 307,
      error: expect.stringContaining('redirects are not followed'),
    });
    expect(receiver.received.map((one) => one.path)).toEqual(['/events']);
  });
});

describe('bad input names the field and the reason', () => {
  test('SS-01, SS-04: an address that may not be called is refused when it is saved', async () => {
    const { admin } = await useEventRig();
    const refusals = [
      ['https://169.254.169.254/events', 'must be an address of the public internet'],
      ['https://10.1.2.3/events', 'must be an address of the public internet'],
      ['https://[::ffff:127.0.0.1]/events', 'must be an address of the public internet'],
      ['https://localhost/events', 'must be an address of the public internet'],
      ['http://hooks.example.com/', 'must start with https://, because what happens here travels to it'],
      ['https://user:password@hooks.example.com/', 'must not contain a user name or a password'],
      ['events', 'must be a full address, such as https://hooks.example.com/lockkeeper'],
    ];
    for (const [url, reason] of refusals) {
      const { status, json } = await admin.post(path, { name: 'Bad', url });
      const [error] = json.errors;
      expect([url, status, error.field, error.message]).toEqual([
        url,
        400,
        'url',
        expect.stringContaining(reason ?? ''),
      ]);
    }
  });

  test('a name that is taken, a type that does not exist, an overlap that is too long', async () => {
    const rig = await useEventRig();
    const { admin, receiver } = rig;
    const { id, path: own } = await subscribe(rig);
    const url = `${receiver.origin}/other`;
    const taken = await admin.post(path, { name: 'operations', url });
    expect([taken.status, taken.json.errors[0]]).toMatchObject([409, { field: 'name', conflictingId: id }]);
    const unknown = await admin.post(path, { name: 'x', url, eventTypes: ['token.stolen'] });
    expect([unknown.status, unknown.json.errors[0].field]).toEqual([400, 'eventTypes.0']);
    const never = await admin.post(path, { name: 'x', url, eventTypes: ['event_subscription.test'] });
    expect(never.status).toBe(400);
    const long = await admin.post(`${own}/rotate-secret`, { overlapSeconds: 10_000_000 });
    expect([long.status, long.json.errors[0].message]).toEqual([400, 'must be at most 7 days']);
    const stale = await admin.patch(own, { version: 7, comments: 'x' });
    expect([stale.status, stale.json.code]).toEqual([409, 'record.changed']);
    expect((await admin.delete(own)).status).toBe(204);
    expect((await admin.get(own)).status).toBe(404);
  });
});

test('every type of the catalogue says when it is sent', () => {
  for (const type of outboundEventType.options) {
    expect(type).toMatch(/^[a-z_]+\.[a-z_]+$/);
    expect(outboundEventCatalogue[type].description).toMatch(/\.$/);
  }
});
