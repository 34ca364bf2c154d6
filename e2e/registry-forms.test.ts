import {
  type AuthorizationServer,
  setUpFirstAdmin,
  startAuthorizationServer,
  startTestHub,
  type TestClient,
  type TestHub,
} from '@lockkeeper/testing';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { look, photograph } from './browser/look.ts';
import { visitAsAdmin, webOptions } from './product/web-hub.ts';
import { chooseReference } from './steps/instance.ts';

/** What a grant or a way to prove who one is does to the forms. Each test goes on where the one before ended. */
describe('the forms of registries and profiles', { timeout: 120_000 }, () => {
  let testHub: TestHub;
  let provider: AuthorizationServer;
  let admin: TestClient;
  let mine: Awaited<ReturnType<typeof visitAsAdmin>>;
  let page: Page;

  beforeAll(async () => {
    const options = await webOptions();
    const { publicUrl } = options;
    provider = await startAuthorizationServer({ redirectUris: [`${publicUrl.origin}/oauth_redirect.do`] });
    testHub = await startTestHub({ ...options, allowOrigins: [provider.origin] });
    admin = await setUpFirstAdmin(testHub);
    mine = await visitAsAdmin(publicUrl);
    page = mine.page;
  }, 120_000);

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await photograph(page, 'failed-registry-forms');
    expect(mine.watch.take()).toEqual([]);
  });

  afterAll(async () => {
    await mine?.browser.close();
    await testHub?.close();
    await provider?.close();
  });

  const at = (address: string) => page.goto(new URL(address, testHub.publicUrl).href);
  const lookAt = async (name: string) => expect(await look(page, name)).toEqual([]);
  const field = (name: string) => page.getByRole('textbox', { name, exact: true });
  const save = () => page.getByRole('button', { name: 'Save', exact: true }).click();
  const choose = async (label: string, option: string) => {
    await page.getByRole('combobox', { name: label, exact: true }).click();
    await page.getByRole('option', { name: option, exact: true }).click();
  };

  test('Discover fills in what the Issuer publishes', async () => {
    await at('/application-registries/new/third-party');
    await field('Issuer').fill(provider.origin);
    await page.getByRole('button', { name: 'Discover' }).click();
    await page.getByText('The endpoints were filled in.').waitFor();
    expect(await field('Token URL').inputValue()).toBe(`${provider.origin}/token`);
    await lookAt('81-discovered');
  });

  test('a client that asks in its own name has no fields for a person’s consent', async () => {
    await choose('Default Grant type', 'Client Credentials');
    expect(await page.getByText('Redirect URL', { exact: true }).count()).toBe(0);
    expect(await page.getByRole('checkbox', { name: 'Public Client' }).count()).toBe(0);
    await lookAt('82-client-credentials');
  });

  test('a client that signs has no secret, and gets a key pair with its first save', async () => {
    await choose('Default Grant type', 'JWT Bearer');
    await choose('Send Credentials', 'Private Key JWT');
    expect(await page.getByLabel(/^Client Secret/).count()).toBe(0);
    await field('Name').fill('Signs');
    await field('Client ID').fill('some-client');
    await lookAt('83-private-key-jwt');
    await save();
    await page.getByRole('heading', { level: 1, name: 'Signs' }).waitFor();
    const keys = page.getByRole('region', { name: 'Signing keys' });
    await keys.getByText('Signs', { exact: true }).waitFor();
    await keys.getByRole('button', { name: 'New key' }).click();
    await keys.getByText('Published', { exact: true }).waitFor();
    await keys.scrollIntoViewIfNeeded();
    await lookAt('84-signing-keys');
    await keys.getByRole('button', { name: 'Import key…' }).click();
    await page.getByRole('dialog', { name: 'Import a key' }).waitFor();
    await lookAt('85-import-key');
    await page.keyboard.press('Escape');
  });

  test('of the scopes that Discover finds the chosen ones are added', async () => {
    await page.getByRole('button', { name: 'Discover' }).click();
    const add = page.getByRole('button', { name: 'Add chosen scopes' });
    expect(await add.isDisabled()).toBe(true);
    await page.getByRole('checkbox', { name: 'repo:read' }).check();
    await page.getByRole('checkbox', { name: 'repo:write' }).check();
    await add.scrollIntoViewIfNeeded();
    await lookAt('85a-discovered-scopes');
    await add.click();
    await page.getByText('2 added').waitFor();
    const { json } = await admin.get('/api/v1/oauth-entity-scopes');
    expect(json.items.map(({ scope }: { scope: string }) => scope).toSorted()).toEqual([
      'repo:read',
      'repo:write',
    ]);
    await page.getByRole('tab', { name: 'OAuth Entity Scopes 2' }).waitFor();
    await save();
    await page.getByText('Saved', { exact: true }).waitFor();
  });

  test('the profile of a JWT bearer grant says what the assertion holds, and what else is asked', async () => {
    await page.getByRole('link', { name: 'Signs default_profile' }).click();
    await page.getByRole('heading', { level: 1, name: 'Signs default_profile' }).waitFor();
    await page.getByRole('heading', { name: 'Assertion' }).waitFor();
    await lookAt('86-profile-assertion');
    await at('/oauth-entity-profiles/new');
    await save();
    await page.getByText('Application Registry must be chosen').first().waitFor();
    await chooseReference(page, 'Application Registry', 'Signs');
    await lookAt('87-new-profile');
  });

  test('a secret that is replaced does not keep the day of the former one', async () => {
    const { json } = await admin.post('/api/v1/application-registries', {
      name: 'Has a secret',
      clientId: 'client',
      clientSecret: 'canary-client-secret',
      clientSecretExpiresAt: '2027-01-31T00:00:00.000Z',
      authorizationUrl: `${provider.origin}/auth`,
      tokenUrl: `${provider.origin}/token`,
    });
    await at(`/application-registries/${json.id}`);
    const day = page.getByLabel('Client Secret expires');
    expect(await day.inputValue()).toBe('2027-01-31');
    await page.getByRole('button', { name: 'Replace' }).click();
    await page.getByLabel(/^Client Secret(?! expires)/).fill('canary-client-secret-new');
    expect(await day.inputValue()).toBe('');
    await page.getByText('the day of the former one does not count any more').waitFor();
    await lookAt('88-client-secret-replaced');
    await save();
    await page.getByText('Saved', { exact: true }).waitFor();
    const { json: saved } = await admin.get(`/api/v1/application-registries/${json.id}`);
    expect(saved.clientSecretExpiresAt).toBeNull();
  });
});
