import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type RevocationRig, startRevocationRig } from '../packages/hub/tests/revocation-rig.ts';
import { look, photograph } from './browser/look.ts';
import { visitAsAdmin, webOptions } from './product/web-hub.ts';

describe('Manage Tokens', { timeout: 180_000 }, () => {
  let rig: RevocationRig;
  let mine: Awaited<ReturnType<typeof visitAsAdmin>>;
  let page: Page;

  beforeAll(async () => {
    rig = await startRevocationRig(await webOptions());
    mine = await visitAsAdmin(rig.testHub.publicUrl);
    page = mine.page;
  }, 120_000);

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await photograph(page, 'failed-manage-tokens');
  });

  afterAll(async () => {
    await mine?.browser.close();
    await rig?.close();
  });

  const at = (address: string) => page.goto(new URL(address, rig.testHub.publicUrl).href);
  const report = () => page.getByRole('dialog', { name: 'Revocation report' });

  test('says where tokens come from while there are none', async () => {
    await page.getByRole('link', { name: 'Manage Tokens' }).click();
    await page.getByText('There are no tokens yet.').waitFor();
    expect(await look(page, '60-manage-tokens-empty')).toEqual([]);
  });

  test('lists tokens with their state, times and scopes, and follows what happens to them', async () => {
    await rig.addTokens(['Build', 'Deploy', 'Docs', 'Refused', 'Release']);
    const quiet = await rig.addRegistry({ name: 'Quiet' });
    await rig.addTokens(['Without revocation'], { registryId: quiet });
    await at('/tokens');
    await page.getByRole('link', { name: 'Deploy' }).waitFor();
    await page.getByRole('tab', { name: 'Unused for 90 days 0' }).waitFor();
    await page.getByRole('tab', { name: 'Available 6' }).waitFor();
    expect(await look(page, '61-manage-tokens')).toEqual([]);
    // By somebody else, elsewhere.
    const { json } = await rig.admin.get('/api/v1/credentials?q=Docs');
    await rig.admin.post(`/api/v1/credentials/${json.items[0].id}/token/revoke`);
    await page.getByRole('tab', { name: 'Available 5' }).waitFor();
  });

  test('revokes one, and shows what its provider did', async () => {
    await page.getByRole('checkbox', { name: /Build/ }).check();
    await page.getByRole('toolbar').getByRole('button', { name: 'Revoke…' }).click();
    const question = page.getByRole('dialog', { name: 'Revoke one token' });
    await question.getByText('They end here at once').waitFor();
    await question.getByRole('button', { name: 'Revoke' }).click();
    await report().getByText('The token ended here.').waitFor();
    await report().getByText('Providers that have answered: 1 / 1').waitFor();
    expect(rig.provider.revoked.has('refresh-Build')).toBe(true);
    await page.keyboard.press('Escape');
    await report().waitFor({ state: 'detached' });
  });

  test('IN-01: revokes all that are left, and reports what failed in the provider’s own words', async () => {
    rig.provider.answer = (token) =>
      token.endsWith('Refused')
        ? {
            status: 400,
            body: { error: 'invalid_request', error_description: '<img src=x onerror=alert(1)> not yours' },
          }
        : undefined;
    await page.getByRole('button', { name: 'Revoke many…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Revoke many tokens' });
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await dialog.getByText('must be chosen').waitFor();
    await dialog.getByRole('radio', { name: 'Every token of this instance' }).check();
    await dialog.getByText('4 tokens end.').waitFor();
    expect(await look(page, '62-revoke-many')).toEqual([]);
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await report().getByText('All 4 tokens ended here.').waitFor();
    await report().getByText('Providers that have answered: 4 / 4').waitFor();
    await report().getByText('One provider did not revoke a token.').waitFor();
    const answer = 'HTTP 400 · invalid_request · “<img src=x onerror=alert(1)> not yours”';
    await report().getByText(answer).waitFor();
    await report().getByText('check that the Token Revocation URL').waitFor();
    expect(await look(page, '63-revocation-report')).toEqual([]);
    await report().getByRole('tab', { name: 'Local only 1' }).click();
    await report().getByRole('link', { name: 'Without revocation' }).waitFor();

    rig.provider.answer = () => undefined;
    await report().getByRole('button', { name: 'Try again' }).click();
    await report().getByText('One provider did not revoke a token.').waitFor({ state: 'detached' });
    await report().getByRole('tab', { name: 'Confirmed 3' }).waitFor();
    expect(rig.provider.revoked.has('refresh-Refused')).toBe(true);
    expect(mine.watch.take()).toEqual([]);
  });

  test('Test credential shows each step, and what to change', async () => {
    const { json } = await rig.admin.get('/api/v1/credentials?q=Deploy');
    await at(`/credentials/${json.items[0].id}`);
    await page.getByRole('button', { name: 'Test credential' }).click();
    const dialog = page.getByRole('dialog', { name: 'Test credential: Deploy' });
    await dialog.getByRole('button', { name: 'Test', exact: true }).click();
    await dialog.getByText('The credential does not work as it is.').waitFor();
    await dialog.getByText('The OAuth tokens were revoked.').waitFor();
    await dialog.getByText('No tool uses this credential').waitFor();
    expect(await look(page, '66-test-credential')).toEqual([]);
    await dialog.getByRole('button', { name: 'Retry' }).click();
    await dialog.getByText('The credential does not work as it is.').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    // The header's menu holds it as well.
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Test credential' }).click();
    await dialog.waitFor();
    expect(mine.watch.take()).toEqual([]);
  });

  test('IN-01: a canary that was used stands on Home until somebody acknowledges it', async () => {
    const { json } = await rig.admin.get('/api/v1/credentials?q=Refused');
    await at(`/credentials/${json.items[0].id}`);
    await page.getByRole('checkbox', { name: 'Canary' }).check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    await at('/');
    await page.getByRole('heading', { name: 'Needs you' }).waitFor();
    const thief = await rig.testHub.withRole('integration');
    await thief.post(`/api/v1/credentials/${json.items[0].id}/access-token`);
    await page.getByText('The canary Refused was used by integration').waitFor();
    expect(await look(page, '67-canary')).toEqual([]);
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByText('The canary Refused was used by').waitFor({ state: 'detached' });
    expect(mine.watch.take()).toEqual([]);
  });

  test('keeps every report', async () => {
    await at('/token-revocations');
    await page.getByRole('link', { name: 'Every token' }).waitFor();
    await page.getByText('Local only: 1 of 4').waitFor();
    expect(await look(page, '64-revocations')).toEqual([]);
    await page.getByRole('link', { name: 'Every token' }).click();
    await report().getByText('All 4 tokens ended here.').waitFor();
    await at('/tokens?view=revoked');
    await page.getByRole('link', { name: 'Refused' }).waitFor();
    expect(await look(page, '65-tokens-revoked')).toEqual([]);
    expect(mine.watch.take()).toEqual([]);
  });
});
