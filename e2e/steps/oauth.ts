import type { Page } from 'playwright-core';
import type { Consumer } from './bitbucket.ts';
import { chooseByRightClick, chooseReference, openModule } from './instance.ts';

export interface RegistryDraft extends Consumer {
  name: string;
  sandboxOrigin: string;
}

/** B.1 to B.3: **All** > **System OAuth** > **Application Registry** > **New** > third party. */
export async function openNewRegistry(page: Page): Promise<void> {
  await openModule(page, 'oauth', 'Application Registry');
  await page.getByRole('button', { name: 'New', exact: true }).click();
  await page.getByRole('heading', { name: 'What kind of OAuth application?' }).waitFor();
  await page.getByRole('button', { name: /^Connect to a third party OAuth Provider/ }).click();
  await page.getByRole('textbox', { name: 'Client ID', exact: true }).waitFor();
}

/** B.4: the fields that are not left at their defaults. */
export async function fillRegistry(page: Page, draft: RegistryDraft): Promise<void> {
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(draft.name);
  await page.getByRole('textbox', { name: 'Client ID', exact: true }).fill(draft.key);
  await page.getByLabel(/^Client Secret(?! expires)/).fill(draft.secret);
  await page
    .getByRole('textbox', { name: 'Authorization URL', exact: true })
    .fill(`${draft.sandboxOrigin}/site/oauth2/authorize`);
  await page
    .getByRole('textbox', { name: 'Token URL', exact: true })
    .fill(`${draft.sandboxOrigin}/site/oauth2/access_token`);
}

/** B.1 to B.6 in one go, for tests that are about something else. */
export async function registerProvider(page: Page, draft: RegistryDraft): Promise<void> {
  await openNewRegistry(page);
  await fillRegistry(page, draft);
  await chooseByRightClick(page, 'Save');
  await page.getByText(`${draft.name} default_profile`).first().waitFor();
}

/** B.7 to B.11: a credential of the profile, for all MID Servers. Ends on its record. */
export async function createCredential(page: Page, name: string, profile: string): Promise<void> {
  await openModule(page, 'cred', 'Credentials');
  await page.getByRole('button', { name: 'New', exact: true }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /^OAuth 2.0 Credentials/ }).click();
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await chooseReference(page, 'OAuth Entity Profile', profile);
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

/** Presses **Get OAuth Token** and resolves with the window that opens. */
export async function getOAuthToken(page: Page): Promise<Page> {
  // A tab in the background draws nothing, and Playwright waits for a drawn button.
  await page.bringToFront();
  const opened = page.waitForEvent('popup');
  await page.getByRole('button', { name: 'Get OAuth Token' }).first().click();
  const popup = await opened;
  await popup.waitForLoadState();
  return popup;
}

/** B.12: consents in the window and waits until the record says that the token is available. */
export async function consent(page: Page): Promise<void> {
  const popup = await getOAuthToken(page);
  await popup.getByRole('button', { name: 'Grant access' }).click();
  await page
    .getByRole('region', { name: 'OAuth token' })
    .getByText(/will expire on/)
    .waitFor();
  if (!popup.isClosed()) await popup.close();
}
