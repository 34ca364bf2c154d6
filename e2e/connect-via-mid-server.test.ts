import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './browser/browser.ts';
import { look, photograph } from './browser/look.ts';
import { type Product, startProduct } from './product/product.ts';
import { chooseReference, openModule, redeemLink } from './steps/instance.ts';
import { registerProvider } from './steps/oauth.ts';
import { type Visit, visit } from './visit.ts';

let product: Product;
let browser: Browser;
let admin: Visit;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(1), launchBrowser()]);
  admin = await visit(browser);
  await redeemLink(admin.page, await product.setupLink(), {
    name: 'Mara Lindqvist',
    email: 'mara@harbourline.example',
    password: 'canary-password-of-mara',
  });
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await product?.[Symbol.asyncDispose]();
});

test('Connect to Auth Server via MID Server says what it needs, and is refused over http', {
  timeout: 240_000,
}, async ({ onTestFailed }) => {
  const { page, watch } = admin;
  onTestFailed(() => photograph(page, 'failed-connect-via-mid-server'));
  // The refusal that is asked for below.
  watch.expect(/status of 400/);
  const consumer = { key: 'some-key', secret: 'canary-client-secret-typed' };
  await registerProvider(page, { ...consumer, name: 'Corporate', sandboxOrigin: product.sandboxOrigin });
  await openModule(page, 'cred', 'Credentials');
  await page.getByRole('button', { name: 'New', exact: true }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /^OAuth 2.0 Credentials/ }).click();
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Behind the firewall');
  await chooseReference(page, 'OAuth Entity Profile', 'Corporate default_profile');
  const box = dialog.getByRole('checkbox', { name: /^Connect to Auth Server via MID Server/ });
  expect(await box.isChecked()).toBe(false);
  await box.check();
  await dialog.getByText('No MID Server to which this credential applies is Up and Validated.').waitFor();
  const complaints = await look(page, '11b-connect-via-mid-server');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await dialog.getByText('the MID Server would see the client secret').first().waitFor();
  complaints.push(...(await look(page, '11c-connect-via-mid-server-refused')));
  await box.uncheck();
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Behind the firewall' }).waitFor();
  await page.getByText('Directly', { exact: true }).waitFor();
  complaints.push(...(await look(page, '12b-credential-auth-server')));
  expect([...watch.take(), ...complaints]).toEqual([]);
});
