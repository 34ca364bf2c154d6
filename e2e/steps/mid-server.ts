import type { Page } from 'playwright-core';
import type { Product } from '../product/product.ts';
import { openModule } from './instance.ts';

/** Makes an enrolment token on the page, enrols an agent with it on "its host", and starts it. */
export async function enrolMidServer(page: Page, product: Product, name: string): Promise<void> {
  await openModule(page, 'enrol', 'Enrolment');
  await page.getByRole('button', { name: 'New enrolment token' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await dialog.getByRole('button', { name: 'Make token' }).click();
  const command = await dialog.getByText(/^lockkeeper mid-server enrol/).innerText();
  await dialog.getByRole('button', { name: 'Done' }).click();
  // What the page says to run is what is run.
  await product.run(...command.split(/\s+/).slice(1));
  await product.start(/is connected/, 'mid-server', 'run');
}

/** Compares the fingerprint that the agent's host shows, and validates. */
export async function validateMidServer(page: Page, product: Product, name: string): Promise<void> {
  await openModule(page, 'servers', 'Servers');
  await page.getByRole('link', { name, exact: true }).click();
  const [fingerprint = ''] =
    /([0-9a-f]{4} ){15}[0-9a-f]{4}/.exec(await product.run('mid-server', 'fingerprint')) ?? [];
  await page.getByRole('textbox', { name: 'Shown on the agent’s host' }).fill(fingerprint);
  await page.getByText('16 of 16 groups match').waitFor();
  await page.getByRole('button', { name: 'Validate', exact: true }).click();
  await page.getByText('Validated', { exact: true }).waitFor();
}
