import {
  eventually,
  setUpFirstAdmin,
  type TestClient,
  useTestDatabase,
  useTestHub,
} from '@lockkeeper/testing';
import { expect, it, onTestFinished } from 'vitest';
import { newId } from '../src/db/ids.ts';
import { Notifications } from '../src/db/notifications.ts';
import { EventBus } from '../src/events/event-bus.ts';
import type { HubEvent } from '../src/events/hub-event.ts';
import { createLogger } from '../src/log.ts';

const silent = createLogger({ level: 'silent' });
const toolUpdated = (): HubEvent => ({ type: 'tool.updated', toolId: newId('tool') });

async function useBus(poolConfig: ConstructorParameters<typeof Notifications>[0]) {
  const notifications = new Notifications(poolConfig);
  const bus = new EventBus(notifications, silent);
  await bus.start();
  onTestFinished(() => notifications.close());
  const seen: HubEvent[] = [];
  bus.subscribe((event) => seen.push(event));
  return { bus, seen };
}

it('tells every instance when the transaction commits, and nobody when it does not', async () => {
  const { db, poolConfig } = await useTestDatabase();
  const [one, two] = [await useBus(poolConfig), await useBus(poolConfig)];
  const lost = db.transaction().execute(async (trx) => {
    await one.bus.publish(toolUpdated(), trx);
    throw new Error('rolled back');
  });
  await expect(lost).rejects.toThrow('rolled back');
  const event = toolUpdated();
  await db.transaction().execute((trx) => one.bus.publish(event, trx));
  await eventually(() => expect([one.seen, two.seen]).toEqual([[event], [event]]));
});

it('carries events that are longer than one notification, in any alphabet', async () => {
  const { db, poolConfig } = await useTestDatabase();
  const { bus, seen } = await useBus(poolConfig);
  const event: HubEvent = { type: 'principal.ended', principalId: '漢字 🔑\n'.repeat(3_000) };
  await db.transaction().execute((trx) => bus.publish(event, trx));
  await eventually(() => expect(seen).toEqual([event]));
});

it('streams to whoever may read what the event is about, and to nobody else', async () => {
  const testHub = await useTestHub();
  const viewer = await open(await testHub.withRole('viewer'));
  const integration = await open(await testHub.withRole('integration'));
  const event: HubEvent = { type: 'mid-server.updated', midServerId: newId('midServer') };
  const { bus } = await useBus(testHub.database.poolConfig);
  await bus.publish(event, testHub.database.db);
  await eventually(() =>
    expect(viewer.text()).toContain(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
  );
  expect(integration.text()).not.toContain(event.type);
});

it('sends the headers at once, not to be cached or buffered', async () => {
  const testHub = await useTestHub();
  const { response } = await open(await testHub.withRole('viewer'));
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
});

it('WB-02: ends the stream when its session is signed out, and leaves other sessions theirs', async () => {
  const testHub = await useTestHub();
  const browser = await setUpFirstAdmin(testHub);
  const mine = await open(browser);
  const other = await open(await testHub.withRole('viewer'));
  await browser.delete('/api/v1/session');
  await mine.ended;
  expect(other.hasEnded()).toBe(false);
});

it('ends the stream of an API key that is revoked', async () => {
  const testHub = await useTestHub();
  const admin = await setUpFirstAdmin(testHub);
  const key = await testHub.withRole('viewer');
  const stream = await open(key);
  const { json } = await admin.get('/api/v1/api-keys?q=viewer');
  await admin.post(`/api/v1/api-keys/${json.items[0].id}/revoke`);
  await stream.ended;
});

it('does not keep the instance from stopping', async () => {
  const testHub = await useTestHub();
  const { ended } = await open(await testHub.withRole('viewer'));
  await testHub.hub.stop();
  await ended;
});

async function open(client: TestClient) {
  const abort = new AbortController();
  onTestFinished(() => abort.abort());
  const response = await client.fetch('/api/v1/events', { signal: abort.signal });
  expect(response.status).toBe(200);
  let text = '';
  let over = false;
  const ended = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
    over = true;
  })();
  ended.catch(() => {});
  return { response, ended, text: () => text, hasEnded: () => over };
}
