import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { launchBrowser } from './browser/browser.ts';
import { type Product, startProduct } from './product/product.ts';
import { redeemLink } from './steps/instance.ts';
import { type Visit, visit } from './visit.ts';

const admin = {
  name: '<img src=x onerror=pwned()> {{7*7}}',
  email: 'mara@harbourline.example',
  password: 'canary-password-of-mara',
};
// biome-ignore lint/suspicious/noTemplateCurlyInString: that nothing evaluates it is what is tested.
const payload = '<img src=x onerror=pwned()><script>pwned()</script> {{7*7}} ${7*7} <g:x>';
const created = z.object({ id: z.string() });

describe('text that looks like markup', { timeout: 120_000 }, () => {
  let product: Product;
  let browser: Browser;
  let mara: Visit;
  let page: Page;

  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(1), launchBrowser()]);
    mara = await visit(browser);
    page = mara.page;
    await redeemLink(page, await product.setupLink(), admin);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await product?.[Symbol.asyncDispose]();
  });

  const post = async (path: string, body: object): Promise<string> => {
    const answer = await page.request.post(`${product.origin}/api/v1${path}`, {
      data: body,
      headers: { origin: product.origin },
    });
    expect([answer.status(), await answer.text()]).toEqual([201, expect.anything()]);
    return created.parse(await answer.json()).id;
  };

  const expectInert = async () => {
    expect(await page.locator('img, script:not([src])').count()).toBe(0);
    expect(await page.locator('a[href^="javascript:" i]').count()).toBe(0);
    expect(mara.watch.take()).toEqual([]);
  };

  test('WB-04, WB-13: names and comments of every record are shown as they are, on every page', async () => {
    const registry = await post('/application-registries', {
      name: payload,
      clientId: payload,
      clientSecret: 'canary-client-secret-markup',
      comments: payload,
      authorizationUrl: `${product.sandboxOrigin}/site/oauth2/authorize`,
      tokenUrl: `${product.sandboxOrigin}/site/oauth2/access_token`,
    });
    const profiles = await page.request.get(`${product.origin}/api/v1/oauth-entity-profiles`);
    const [profile] = z.object({ items: z.array(created) }).parse(await profiles.json()).items;
    const credential = await post('/credentials', { name: payload, profileId: profile?.id });

    await page.goto(`${product.origin}/application-registries/${registry}`);
    await page.getByRole('heading', { level: 1, name: payload, exact: true }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Comments', exact: true }).inputValue()).toBe(payload);
    await page.getByText(`${payload} default_profile`).waitFor();
    await expectInert();

    await page.goto(`${product.origin}/credentials/${credential}`);
    await page.getByRole('heading', { level: 1, name: payload, exact: true }).waitFor();
    await page.getByText(`${admin.name} created the credential ${payload}`).waitFor();
    await expectInert();

    for (const path of ['/', '/credentials', '/application-registries', '/oauth-entity-profiles']) {
      await page.goto(product.origin + path);
      await page.getByRole('main').getByText(payload).first().waitFor();
      await expectInert();
    }
  });

  test('OA-15: signing in returns to a path of this origin, whatever the address asks for', async () => {
    for (const returnTo of [
      '//evil.example',
      '/\\evil.example',
      'javascript:pwned()',
      'https://evil.example/',
    ]) {
      await mara.context.clearCookies();
      await page.goto(`${product.origin}/sign-in?returnTo=${encodeURIComponent(returnTo)}`);
      await page.getByLabel(/^E-mail/).fill(admin.email);
      await page.getByRole('textbox', { name: /^Password/ }).fill(admin.password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL(`${product.origin}/`);
      await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    }
  });
});
