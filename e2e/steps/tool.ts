import type { Page } from 'playwright-core';
import { chooseReference, openModule } from './instance.ts';

/** C.1: **All** > **DevOps** > **Tools** > **Bitbucket** > **New**, saved. Ends on its record. */
export async function createTool(
  page: Page,
  name: string,
  credential: string,
  baseUrl: string,
): Promise<void> {
  await openModule(page, 'bitbucket', 'Bitbucket');
  await page
    .getByRole('button', { name: 'New', exact: true })
    .or(page.getByRole('link', { name: 'New', exact: true }))
    .first()
    .click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await chooseReference(page, 'Credential', credential);
  await page.getByRole('textbox', { name: 'Base URL', exact: true }).fill(baseUrl);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
}
