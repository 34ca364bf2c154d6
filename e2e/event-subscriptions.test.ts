import { setUpFirstAdmin, startTestHub, type TestClient, type TestHub } from '@lockkeeper/testing';
import type { Page } from 'playwright-core';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answering, type EventReceiver, startEventReceiver } from '../packages/hub/tests/event-receiver.ts';
import { look, photograph } from './browser/look.ts';
import { visitAsAdmin, webOptions } from './product/web-hub.ts';
import { openModule } from './steps/instance.ts';

/** Each test goes on where the one before ended, as a person would; the receiver is a real one. */
describe('Event Subscriptions', { timeout: 120_000 }, () => {
  let testHub: TestHub;
  let admin: TestClient;
  let receiver: EventReceiver & { close(): void };
  let mine: Awaited<ReturnType<typeof visitAsAdmin>>;
  let page: Page;
  let secret = '';
  let profileId = '';

  beforeAll(async () => {
    receiver = await startEventReceiver();
    testHub = await startTestHub({ ...(await webOptions()), allowOrigins: [receiver.origin] });
    admin = await setUpFirstAdmin(testHub);
    await admin.post('/api/v1/application-registries', {
      name: 'Forge',
      clientId: 'client',
      clientSecret: 'canary-client-secret',
      authorizationUrl: 'https://forge.example.com/authorize',
      tokenUrl: 'https://forge.example.com/token',
    });
    profileId = (await admin.get('/api/v1/oauth-entity-profiles')).json.items[0].id;
    mine = await visitAsAdmin(testHub.publicUrl);
    page = mine.page;
  }, 120_000);

  afterAll(async () => {
    await mine?.browser.close();
    await testHub?.close();
    receiver?.close();
  });

  const lookAt = async (name: string) => expect(await look(page, name)).toEqual([]);
  const complaints = () => expect(mine.watch.take()).toEqual([]);
  const link = (name: string) => page.getByRole('link', { name, exact: true });
  const verified = ({ body, headers }: EventReceiver['received'][number], key: string) =>
    new Webhook(key).verify(body, {
      'webhook-id': String(headers['webhook-id']),
      'webhook-timestamp': String(headers['webhook-timestamp']),
      'webhook-signature': String(headers['webhook-signature']),
    });
  /** A change that is told. */
  const addCredential = async (name: string) => {
    const made = await admin.post('/api/v1/credentials', { name, profileId });
    expect([made.status, made.text]).toEqual([201, expect.anything()]);
  };

  test('an address that may not be called is refused at its field, and nothing is saved', async ({
    onTestFailed,
  }) => {
    onTestFailed(() => photograph(page, 'failed-event-subscription'));
    await openModule(page, 'webhook', 'Event Subscriptions');
    await page.getByText('Nobody is told what happens here.').waitFor();
    await lookAt('70-event-subscriptions-empty');
    await page.getByRole('link', { name: 'New Event Subscription' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Nothing was saved. Two fields need a change.').waitFor();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Operations');
    await page.getByRole('textbox', { name: 'URL', exact: true }).fill('http://hooks.example.com/lockkeeper');
    mine.watch.expect(/status of 400/);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page
      .getByText('must start with https://, because what happens here travels to it')
      .first()
      .waitFor();
    expect(await page.getByRole('textbox', { name: 'URL', exact: true }).getAttribute('aria-invalid')).toBe(
      'true',
    );
    await page.getByRole('radio', { name: 'Only these' }).check();
    await lookAt('71-new-event-subscription');
    expect((await admin.get('/api/v1/event-subscriptions')).json.total).toBe(0);
    complaints();
  });

  test('a new one shows its signing secret once, and the receiver can verify with it what Test sends', async ({
    onTestFailed,
  }) => {
    onTestFailed(() => photograph(page, 'failed-event-subscription'));
    await page.getByRole('radio', { name: 'Every event' }).check();
    await page.getByRole('textbox', { name: 'URL', exact: true }).fill(`${receiver.origin}/lockkeeper`);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const shown = page.getByRole('dialog', { name: 'Signing secret' });
    secret = await shown.getByText(/^whsec_/).innerText();
    await lookAt('72-signing-secret');
    await shown.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('heading', { level: 1, name: 'Operations' }).waitFor();
    expect(await page.content()).not.toContain(secret);

    receiver.answer(answering(200, {}, 'noted'));
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await page.getByText(/^The test event arrived: 200 in \d+ ms/).waitFor();
    await page.getByText('noted').waitFor();
    const [arrived] = receiver.ofType('event_subscription.test');
    if (arrived === undefined) throw new Error('nothing arrived');
    expect(verified(arrived, secret)).toMatchObject({ data: { subscription: { name: 'Operations' } } });
    await page.getByText('Delivered', { exact: true }).waitFor();
    await lookAt('73-event-subscription');
    complaints();
  });

  test('what does not arrive says why, stands on Home, and arrives by Retry with the same webhook-id', async ({
    onTestFailed,
  }) => {
    onTestFailed(() => photograph(page, 'failed-event-subscription'));
    receiver.answer(answering(503, { 'retry-after': '3600' }, 'busy <b>now</b>'));
    await addCredential('Told');
    await page.getByText('This receiver does not take events.').waitFor();
    await page.getByText('Trying again', { exact: true }).waitFor();
    await lookAt('74-event-subscription-failing');
    await openModule(page, 'home', 'Home');
    await page.getByText('Operations does not take events.').waitFor();
    await lookAt('75-home-event-subscription');

    await openModule(page, 'webhook', 'Event Subscriptions');
    await page.getByText('Failing', { exact: true }).waitFor();
    await lookAt('76-event-subscriptions');
    await link('Operations').click();
    await link('credential.created').click();
    await page.getByText('The receiver answered 503').waitFor();
    await page.getByText('busy <b>now</b>').waitFor();
    await lookAt('77-event-delivery');

    receiver.answer(answering(204));
    await page.getByRole('button', { name: 'Retry', exact: true }).click();
    await page.getByText('The receiver answered 204').waitFor();
    const [first, second] = receiver.ofType('credential.created');
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    complaints();
  });

  test('a rotated secret is shown once; for a day both sign', async ({ onTestFailed }) => {
    onTestFailed(() => photograph(page, 'failed-event-subscription'));
    await page.getByRole('link', { name: 'Event Subscription', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Operations' }).waitFor();
    await page.getByRole('button', { name: 'Rotate signing secret…' }).click();
    await page.getByRole('dialog', { name: 'Rotate the signing secret' }).waitFor();
    await lookAt('78-rotate-signing-secret');
    await page.getByRole('button', { name: 'Rotate', exact: true }).click();
    const shown = page.getByRole('dialog', { name: 'Signing secret' });
    const next = await shown.getByText(/^whsec_/).innerText();
    expect(next).not.toBe(secret);
    await shown.getByRole('button', { name: 'Done' }).click();
    await page.getByText('Former secret signs until').waitFor();
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await page.getByText(/^The test event arrived: 204/).waitFor();
    const arrived = receiver.ofType('event_subscription.test').at(-1);
    if (arrived === undefined) throw new Error('nothing arrived');
    for (const key of [secret, next]) expect(verified(arrived, key)).toBeTruthy();
    complaints();
  });

  test('a receiver that is gone switches it off; Active and Save send again', async ({ onTestFailed }) => {
    onTestFailed(() => photograph(page, 'failed-event-subscription'));
    receiver.answer(answering(410));
    await addCredential('Told to nobody');
    await page.getByText('Switched off: the receiver answered 410 and wants no more events.').waitFor();
    await lookAt('79-event-subscription-off');
    await openModule(page, 'home', 'Home');
    await page.getByText('Operations gets no events any more.').waitFor();
    await page.getByRole('link', { name: 'Open', exact: true }).first().click();
    receiver.answer(answering(204));
    await page.getByRole('checkbox', { name: 'Active' }).check();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Switched off: the receiver').waitFor({ state: 'detached' });
    await addCredential('Told again');
    await page
      .getByRole('row', { name: /credential.created.*Delivered/ })
      .first()
      .waitFor();
    complaints();
  });

  test('lists every delivery, and deletes the subscription with them', async ({ onTestFailed }) => {
    onTestFailed(() => photograph(page, 'failed-event-subscription'));
    await page.goto(new URL('/event-deliveries', testHub.publicUrl).href);
    await link('credential.created').first().waitFor();
    await lookAt('80-event-deliveries');
    await openModule(page, 'webhook', 'Event Subscriptions');
    await link('Operations').click();
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    const question = page.getByRole('dialog');
    await question.getByText('Nothing is sent there any more').waitFor();
    await question.getByRole('button', { name: /^Delete/ }).click();
    await page.getByText('Nobody is told what happens here.').waitFor();
    expect((await admin.get('/api/v1/event-subscriptions')).json.total).toBe(0);
    complaints();
  });

  test('no log line holds a signing secret', () => {
    expect(secret).toMatch(/^whsec_/);
    expect(testHub.log.join('')).not.toContain(secret.slice('whsec_'.length));
  });
});
