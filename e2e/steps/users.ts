import type { Page } from 'playwright-core';
import { openModule } from './instance.ts';

/** Invites a viewer and resolves with the one-time link, which is shown this once. */
export async function inviteUser(page: Page, name: string, email: string): Promise<string> {
  await openModule(page, 'users', 'Users and Roles');
  await page.getByRole('button', { name: 'Invite' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await dialog.getByRole('textbox', { name: 'E-mail', exact: true }).fill(email);
  await dialog.getByRole('button', { name: 'Make invitation link' }).click();
  const link = await dialog.getByText(/^http.*#/).innerText();
  await dialog.getByRole('button', { name: 'Done' }).click();
  return link;
}
