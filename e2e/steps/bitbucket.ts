import type { Page } from 'playwright-core';

export const fourPermissions = [
  'Account: Read',
  'Projects: Read',
  'Webhooks: Read and write',
  'Pull requests: Read',
];

export interface ConsumerDraft {
  name: string;
  callbackUrl: string;
  permissions?: readonly string[];
  isPrivate?: boolean;
}

export interface Consumer {
  key: string;
  secret: string;
}

/** @param person the beginning of a sandbox user's name, such as `Mara` */
export async function signInToBitbucket(page: Page, sandboxOrigin: string, person: string): Promise<void> {
  await page.goto(`${sandboxOrigin}/account/signin/`);
  await page.getByRole('button', { name: new RegExp(`^${person}`) }).click();
  await page.getByRole('heading', { name: 'Your workspaces' }).waitFor();
}

/** Workspace settings > OAuth consumers > Add consumer, in the first workspace that the person administers. */
export async function addConsumer(
  page: Page,
  sandboxOrigin: string,
  draft: ConsumerDraft,
): Promise<Consumer> {
  await page.goto(sandboxOrigin);
  await page
    .getByRole('link', { name: /^Workspace settings/ })
    .first()
    .click();
  await page.getByRole('link', { name: 'OAuth consumers' }).click();
  await page.getByRole('link', { name: 'Add consumer' }).click();
  await page.getByLabel('Name', { exact: true }).fill(draft.name);
  await page.getByLabel('Callback URL').fill(draft.callbackUrl);
  await page.getByLabel('This is a private consumer').setChecked(draft.isPrivate ?? false);
  for (const permission of draft.permissions ?? fourPermissions) {
    await page.getByLabel(permission, { exact: true }).check();
  }
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  return {
    key: await page.getByLabel('Key', { exact: true }).inputValue(),
    secret: await page.getByLabel('Secret', { exact: true }).inputValue(),
  };
}
