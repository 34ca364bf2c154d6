import {
  type AuthorizationServer,
  startAuthorizationServer,
  startTestHub,
  TestClock,
  type TestHub,
  testPassword,
  totp,
} from '@lockkeeper/testing';
import { Secret } from '@lockkeeper/vault';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from './browser/browser.ts';
import { look } from './browser/look.ts';
import { webOptions } from './product/web-hub.ts';
import { redeemLink } from './steps/instance.ts';
import { type Visit, visit } from './visit.ts';

const ada = { name: 'Ada Admin', email: 'ada@example.com', password: testPassword };
describe('a person’s own account', { timeout: 180_000 }, () => {
  const clock = new TestClock(new Date());
  let testHub: TestHub;
  let provider: AuthorizationServer;
  let browser: Browser;
  let mine: Visit;
  let page: Page;
  let secret = '';

  beforeAll(async () => {
    const options = await webOptions();
    const { publicUrl } = options;
    provider = await startAuthorizationServer({
      redirectUris: [new URL('/sso/callback', publicUrl).href],
      person: () => ({
        sub: 'bo',
        name: 'Bo Example',
        email: 'bo@example.com',
        email_verified: true,
        groups: ['admins'],
      }),
    });
    testHub = await startTestHub({
      ...options,
      now: clock.now,
      allowOrigins: [provider.origin],
      singleSignOn: {
        label: 'Example',
        issuer: new URL(provider.origin),
        clientId: provider.clientId,
        clientSecret: new Secret(provider.clientSecret),
        scopes: ['openid', 'email', 'profile', 'groups'],
        rolesClaim: 'groups',
        roles: new Map([['admins', 'admin']]),
        emailDomains: [],
        localSignIn: true,
      },
    });
    browser = await launchBrowser();
    mine = await visit(browser);
    page = mine.page;
    const link = await testHub.accessAdmin.createSetupLink();
    await redeemLink(page, link?.url ?? '', ada);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await testHub?.close();
    await provider?.close();
  });

  const at = (address: string) => page.goto(new URL(address, testHub.publicUrl).href);

  test('sets two-factor sign-in up with the password, the app and recovery codes', async () => {
    await at('/account');
    await page.getByText('With it, a stolen password alone').waitFor();
    expect(await look(page, '40-account')).toEqual([]);
    await page.getByRole('button', { name: 'Set up' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Password' }).fill(ada.password);
    await dialog.getByRole('button', { name: 'Next' }).click();
    secret = await dialog.getByLabel('Or type this key into the app:').inputValue();
    expect(await look(page, '41-two-factor')).toEqual([]);
    await dialog.getByLabel('Six digits').fill(totp(secret, Date.now() - 30_000));
    await dialog.getByRole('button', { name: 'Turn on' }).click();
    await dialog.getByText('Each signs you in once').waitFor();
    expect(await look(page, '42-recovery-codes')).toEqual([]);
    await dialog.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByText('On. After your password').waitFor();
  });

  test('WB-09: asks for a code where the session is stale, and then does what was asked', async () => {
    clock.advance(11 * 60_000);
    await at('/audit-entries');
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitem', { name: /CSV/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/code/i).waitFor();
    expect(await look(page, '43-step-up')).toEqual([]);
    const download = page.waitForEvent('download');
    await dialog.getByLabel(/code/i).fill(totp(secret));
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    expect((await download).suggestedFilename()).toBe('audit-log.csv');
    // The browser reports the refusal that led to the question, and nothing else.
    expect(mine.watch.take()).toEqual([expect.stringMatching(/403 .*audit-entries\/export/)]);
  });

  test('signs in with password and code', async () => {
    await using other = await visit(browser);
    await other.page.goto(new URL('/sign-in', testHub.publicUrl).href);
    await other.page.getByRole('button', { name: 'Sign in with Example' }).waitFor();
    expect(await look(other.page, '44-sign-in')).toEqual([]);
    await other.page.getByLabel('E-mail').fill(ada.email);
    await other.page.getByRole('textbox', { name: 'Password' }).fill(ada.password);
    await other.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await other.page.getByLabel(/code/i).fill(totp(secret, Date.now() + 30_000));
    await other.page.getByRole('button', { name: 'Sign in' }).click();
    await other.page.getByRole('button', { name: /User menu/ }).waitFor();

    await at('/account');
    await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
    await page.getByText('Every other browser is signed out.').waitFor();
    await page.getByRole('button', { name: 'Sign out everywhere else' }).waitFor({ state: 'detached' });
  });

  test('signs in at the organisation’s provider, and says why when it was refused', async () => {
    await using other = await visit(browser);
    await other.page.goto(new URL('/sign-in?refused=no_role', testHub.publicUrl).href);
    await other.page.getByText('gives you no role here').waitFor();
    expect(await look(other.page, '45-refused')).toEqual([]);
    await other.page.getByRole('button', { name: 'Sign in with Example' }).click();
    await other.page.getByRole('button', { name: /Bo Example/ }).waitFor();
    await other.page.goto(new URL('/account', testHub.publicUrl).href);
    await other.page.getByText('You sign in through your organisation').waitFor();
  });

  test('IN-02: shows which secrets were used', async () => {
    await at('/secrets-used');
    await page.getByText('No secret was used in this time.').waitFor();
    await usesOfSecrets(testHub);
    await at('/secrets-used');
    await page.getByRole('cell', { name: 'Called a tool with it' }).waitFor();
    await page.getByRole('cell', { name: '1,204' }).waitFor();
    expect(await look(page, '46-secrets-used')).toEqual([]);
    expect(mine.watch.take()).toEqual([]);
  });
});

/** Entries as the hot path and the refresher leave them. */
async function usesOfSecrets({ database }: TestHub): Promise<void> {
  const at = new Date();
  const uses = { kind: 'called', count: 1204, firstAt: at.toISOString(), lastAt: at.toISOString() };
  const entry = {
    at,
    actor_kind: 'api_key',
    actor_id: 'key_ci',
    actor_name: 'Build server',
    outcome: 'success' as const,
    subject_type: 'credential',
    subject_id: 'cred_docs',
    subject_name: 'Bitbucket – Docs',
    summary: 'used it',
    before: null,
    request_id: null,
    content_hash: Buffer.alloc(32),
    hash: Buffer.alloc(32),
  };
  await database.db
    .insertInto('audit_entries')
    .values([
      { ...entry, sequence: 100_001, id: 'aud_1', action: 'credential.used', after: JSON.stringify(uses) },
      { ...entry, sequence: 100_002, id: 'aud_2', action: 'token.refreshed', after: null },
    ])
    .execute();
}
