import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { launchBrowser } from './browser/browser.ts';
import { secretsIn } from './browser/canaries.ts';
import { look, photograph } from './browser/look.ts';
import { type Product, startProduct } from './product/product.ts';
import { addConsumer, type Consumer, type ConsumerDraft, signInToBitbucket } from './steps/bitbucket.ts';
import { leaveWithoutSaving, openModule, redeemLink } from './steps/instance.ts';
import { enrolMidServer, validateMidServer } from './steps/mid-server.ts';
import {
  consent,
  createCredential,
  fillRegistry,
  getOAuthToken,
  openNewRegistry,
  registerProvider,
} from './steps/oauth.ts';
import { createTool } from './steps/tool.ts';
import { inviteUser } from './steps/users.ts';
import { type Visit, visit } from './visit.ts';

const mara = {
  name: 'Mara Lindqvist',
  email: 'mara@harbourline.example',
  password: 'canary-password-of-mara',
};
const jonas = {
  name: 'Jonas Weber',
  email: 'jonas@harbourline.example',
  password: 'canary-password-of-jonas',
};
const typedSecret = 'canary-client-secret-typed';

const sandboxState = z.object({ token_requests: z.array(z.unknown()) });

/** Part D of the walkthrough: each wrong input has a message of its own, and nothing is half done. */
describe('bad input', { timeout: 240_000 }, () => {
  let product: Product;
  let browser: Browser;
  let admin: Visit;
  let viewer: Visit;
  let page: Page;
  let good: Consumer;
  let callbackUrl: string;
  const answers: string[] = [];
  const complaints: string[] = [];

  const lookAt = async (name: string, on: Page = page) => complaints.push(...(await look(on, name)));
  const tokenRequests = async () =>
    sandboxState.parse(await (await fetch(`${product.sandboxOrigin}/sandbox/state`)).json()).token_requests
      .length;
  const newConsumer = (draft: Omit<ConsumerDraft, 'callbackUrl'> & Partial<ConsumerDraft>) =>
    addConsumer(page, product.sandboxOrigin, { callbackUrl, ...draft });
  /** A registry of the consumer and a credential of its default profile; ends on the credential's record. */
  const prepare = async (name: string, consumer: Consumer) => {
    await page.goto(product.origin);
    await registerProvider(page, { ...consumer, name, sandboxOrigin: product.sandboxOrigin });
    await createCredential(page, `${name} credential`, `${name} default_profile`);
  };
  const openCredential = async (name: string) => {
    await page.goto(product.origin);
    await openModule(page, 'cred', 'Credentials');
    await page.getByRole('link', { name: `${name} credential` }).click();
    await page.getByRole('heading', { level: 1, name: `${name} credential` }).waitFor();
  };
  /** Consents in the window that Get OAuth Token opens, and reads the heading of the page it ends on. */
  const outcomeOf = async (popup: Page, button: 'Grant access' | 'Cancel') => {
    await popup.getByRole('button', { name: button }).click();
    await popup.waitForURL(`${product.origin}/**`);
    return popup.getByRole('heading', { level: 1 }).innerText();
  };

  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(8), launchBrowser()]);
    callbackUrl = `${product.origin}/oauth_redirect.do`;
    admin = await visit(browser);
    page = admin.page;
    // Chromium reports each refusal of the server as an error of the page; here they are what is asked for.
    admin.watch.expect(/status of (400|401|403|404|409|422|502)/);
    admin.context.on('response', async (response) => {
      if (!response.url().startsWith(product.origin)) return;
      answers.push(await response.text().catch(() => ''));
    });
    await signInToBitbucket(page, product.sandboxOrigin, 'Mara');
    good = await newConsumer({ name: 'Lockkeeper' });
    await redeemLink(page, await product.setupLink(), mara);
  }, 120_000);

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await photograph(page, 'failed-bad-input');
    expect([...admin.watch.take(), ...complaints.splice(0)]).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await product?.[Symbol.asyncDispose]();
  });

  test('D: an empty required field and a URL that is not https are named, and nothing typed is lost', async () => {
    await openNewRegistry(page);
    await fillRegistry(page, {
      key: 'some-key',
      secret: typedSecret,
      name: 'Half filled in',
      sandboxOrigin: product.sandboxOrigin,
    });
    const clientId = page.getByRole('textbox', { name: 'Client ID', exact: true });
    const authorizationUrl = page.getByRole('textbox', { name: 'Authorization URL', exact: true });
    const tokenUrl = page.getByRole('textbox', { name: 'Token URL', exact: true });
    await clientId.fill('');
    await authorizationUrl.fill('');
    await tokenUrl.fill('http://bitbucket.org/site/oauth2/access_token');
    await page.getByRole('button', { name: 'Save', exact: true }).click();

    const summary = page.getByRole('alert').filter({ hasText: 'Nothing was saved.' });
    await summary.getByText('Two fields need a change.').waitFor();
    expect(await summary.innerText()).toMatch(/Client ID: must not be empty/);
    expect(await summary.innerText()).toMatch(/Authorization URL: must not be empty/);
    await clientId.fill('some-key');
    await authorizationUrl.fill(`${product.sandboxOrigin}/site/oauth2/authorize`);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await summary.getByText('One field needs a change.').waitFor();
    expect(await summary.innerText()).toMatch(
      /Token URL: must start with https:\/\/, because the client secret/,
    );
    expect(await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe(
      'Half filled in',
    );
    expect(await page.getByLabel(/^Client Secret(?! expires)/).inputValue()).toBe(typedSecret);
    await lookAt('02c-application-registry-errors');

    await leaveWithoutSaving(page, 'oauth', 'Application Registry');
    await page.getByText('No authorization server is registered yet.', { exact: false }).waitFor();
  });

  test('D: a name that is taken is named, and the secret never comes back to the browser', async () => {
    await registerProvider(page, { ...good, name: 'My Provider', sandboxOrigin: product.sandboxOrigin });
    await page.reload();
    await page.getByText(/Stored .*, never shown again/).waitFor();
    expect(await secretsIn(page, { 'client secret': good.secret })).toEqual([]);

    await openNewRegistry(page);
    await fillRegistry(page, { ...good, name: 'my provider', sandboxOrigin: product.sandboxOrigin });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const summary = page.getByRole('alert').filter({ hasText: 'Nothing was saved.' });
    await summary.getByText('One field needs a change.').waitFor();
    expect(await summary.innerText()).toMatch(/Name: Another Application Registry is called so already/);
    expect(await page.getByLabel(/^Client Secret(?! expires)/).inputValue()).toBe(good.secret);
    await leaveWithoutSaving(page, 'home', 'Home');

    for (const secret of [good.secret, typedSecret]) {
      expect(answers.filter((answer) => answer.includes(secret))).toEqual([]);
    }
  });

  test('D: consent declined', async () => {
    await createCredential(page, 'My Provider credential', 'My Provider default_profile');
    const before = await tokenRequests();
    const popup = await getOAuthToken(page);
    expect(await outcomeOf(popup, 'Cancel')).toBe('Consent was declined');
    await popup.getByText(/still has no token/).waitFor();
    await lookAt('09b-callback-declined', popup);
    await popup.close();
    expect(await tokenRequests()).toBe(before);
  });

  test('D: a callback without state, with an unknown one and with a used one', async () => {
    await openCredential('My Provider');
    const callbacks: string[] = [];
    admin.context.on('request', (request) => {
      if (request.url().startsWith(callbackUrl)) callbacks.push(request.url());
    });
    await consent(page);
    const [used = ''] = callbacks;
    const before = await tokenRequests();
    for (const [url, title] of [
      [`${callbackUrl}?code=abc`, 'This address was opened without a consent'],
      [`${callbackUrl}?code=abc&state=${'x'.repeat(43)}`, 'This consent is unknown or was used already'],
      [used, 'This consent is unknown or was used already'],
    ] as const) {
      await page.goto(url);
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(title);
      expect(page.url()).not.toMatch(/code=|state=/);
      await page.getByText(/every credential keeps the token it had/).waitFor();
    }
    await lookAt('09c-callback-used');
    expect(await tokenRequests()).toBe(before);
    await openCredential('My Provider');
    await page
      .getByRole('region', { name: 'OAuth token' })
      .getByText(/will expire on/)
      .waitFor();
  });

  test('D: a callback in another browser session, signed out and signed in as somebody else', async () => {
    const link = await inviteUser(page, jonas.name, jonas.email);
    viewer = await visit(browser);
    viewer.watch.expect(/status of (400|401|403)/);
    await signInToBitbucket(viewer.page, product.sandboxOrigin, 'Jonas');
    for (const [title, prepareVisit] of [
      ['Nobody is signed in here', async () => {}],
      ['This consent was begun in another browser session', () => redeemLink(viewer.page, link, jonas)],
    ] as const) {
      await prepareVisit();
      await openCredential('My Provider');
      const before = await tokenRequests();
      const popup = await getOAuthToken(page);
      await popup.getByRole('heading', { name: 'Confirm access to your account' }).waitFor();
      await viewer.page.goto(popup.url());
      expect(await outcomeOf(viewer.page, 'Grant access')).toBe(title);
      expect(await tokenRequests()).toBe(before);
      await popup.close();
    }
    complaints.push(...viewer.watch.take());
  });

  test('D: the provider refuses the client secret', async () => {
    await prepare('Wrong secret', { key: good.key, secret: typedSecret });
    const popup = await getOAuthToken(page);
    expect(await outcomeOf(popup, 'Grant access')).toBe('Bitbucket refused the client secret');
    await popup.getByRole('link', { name: 'Replace Client Secret' }).waitFor();
    expect(await secretsIn(popup, { 'client secret': typedSecret })).toEqual([]);
    await lookAt('09b-callback-failure', popup);
    await popup.close();
  });

  test('D: the Callback URL differs', async () => {
    await prepare(
      'Elsewhere',
      await newConsumer({ name: 'Elsewhere', callbackUrl: 'https://elsewhere.example/back' }),
    );
    await page.getByRole('button', { name: 'Get OAuth Token' }).first().click();
    const message = page.getByRole('alert').filter({ hasText: 'The Callback URL differs' });
    await message.waitFor();
    expect(await message.innerText()).toContain(`Set its Callback URL to ${callbackUrl} and save`);
    await lookAt('09d-callback-url-differs');
  });

  test('D: the consumer is private', async () => {
    await prepare('Private', await newConsumer({ name: 'Private', isPrivate: true }));
    const bitbucket = await admin.context.newPage();
    await signInToBitbucket(bitbucket, product.sandboxOrigin, 'Sam');
    const popup = await getOAuthToken(page);
    await popup.waitForURL(`${product.origin}/**`);
    expect(await popup.getByRole('heading', { level: 1 }).innerText()).toMatch(/consumer is private/);
    await popup.getByText(/Untick This is a private consumer and save/).waitFor();
    await popup.close();
    await signInToBitbucket(bitbucket, product.sandboxOrigin, 'Mara');
    await bitbucket.close();
  });

  test('D: a missing permission is named on the credential and on the tool, with the box to tick', async () => {
    const permissions = ['Account: Read', 'Projects: Read', 'Pull requests: Read'];
    await prepare('No webhooks', await newConsumer({ name: 'No webhooks', permissions }));
    await consent(page);
    await page.getByText('Webhooks was not granted.').waitFor();
    await lookAt('04e-credential-permission-missing');

    await enrolMidServer(page, product, 'mid-ham-01');
    await validateMidServer(page, product, 'mid-ham-01');
    await createTool(page, 'Bitbucket', 'No webhooks credential', `${product.sandboxOrigin}/2.0`);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByText('3 of 4').waitFor();
    await page.getByText('Tick Webhooks: Read and write on the consumer', { exact: false }).waitFor();
    await lookAt('06e-tool-permission-missing');
  });

  test('D: a viewer neither sees the modules nor reaches their API', async () => {
    await viewer.page.goto(product.origin);
    const navigator = viewer.page.getByRole('navigation', { name: 'Navigator' });
    await navigator.getByRole('link', { name: 'Repositories' }).waitFor();
    for (const module of [
      'Application Registry',
      'Credentials',
      'Users and Roles',
      'API Keys',
      'Audit Entries',
    ]) {
      expect(await navigator.getByRole('link', { name: module, exact: true }).count()).toBe(0);
    }
    await viewer.page.goto(`${product.origin}/application-registries`);
    await viewer.page.getByRole('heading', { name: 'Your role does not allow this page' }).waitFor();
    complaints.push(...(await look(viewer.page, '15-forbidden')));
    const refused = await viewer.page.request.get(`${product.origin}/api/v1/application-registries`);
    expect(refused.status()).toBe(403);
    complaints.push(...viewer.watch.take());

    await page.goto(product.origin);
    await openModule(page, 'audit', 'Audit Entries');
    await page.getByRole('tab', { name: /^Refused or failed/ }).click();
    await page
      .getByRole('row', { name: /Jonas Weber.*access\.denied/ })
      .first()
      .waitFor();
  });

  test('no process wrote a secret', () => {
    for (const secret of [mara.password, jonas.password, good.secret, typedSecret]) {
      expect(product.output.includes(secret)).toBe(false);
    }
  });
});
