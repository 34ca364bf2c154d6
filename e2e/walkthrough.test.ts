import { createSandbox } from '@lockkeeper/bitbucket-sandbox';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from './browser/browser.ts';
import { secretsIn } from './browser/canaries.ts';
import { look, photograph } from './browser/look.ts';
import { type Product, startProduct } from './product/product.ts';
import { addConsumer, type Consumer, signInToBitbucket } from './steps/bitbucket.ts';
import {
  chooseByPressAndHold,
  chooseByRightClick,
  chooseReference,
  openModule,
  redeemLink,
} from './steps/instance.ts';
import { enrolMidServer, validateMidServer } from './steps/mid-server.ts';
import { fillRegistry, getOAuthToken, openNewRegistry } from './steps/oauth.ts';
import { createTool } from './steps/tool.ts';
import { type Visit, visit } from './visit.ts';

const admin = {
  name: 'Mara Lindqvist',
  email: 'mara@harbourline.example',
  password: 'canary-password-of-mara',
};
const registryName = 'My Bitbucket App Provider';
const profileName = `${registryName} default_profile`;
const credentialName = 'Bitbucket – Platform';
const REPOSITORIES = 60;
const toolName = 'Bitbucket Cloud';

/**
 * The walkthrough in a real browser, against real processes, by the labels on the screen. Each test goes on where the
 * one before ended, as a person would.
 */
describe('the walkthrough', { timeout: 240_000 }, () => {
  let product: Product;
  let browser: Browser;
  let mara: Visit;
  let page: Page;
  let consumer: Consumer;
  const complaints: string[] = [];

  const lookAt = async (name: string, on: Page = page) => {
    complaints.push(...(await look(on, name)));
    const secrets = { password: admin.password, 'client secret': consumer?.secret ?? 'none yet' };
    complaints.push(
      ...(await secretsIn(on, secrets)).map((secret) => `${name}: the page holds the ${secret}`),
    );
  };

  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct(REPOSITORIES), launchBrowser()]);
    mara = await visit(browser);
    page = mara.page;
  }, 120_000);

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await photograph(page, 'failed');
    expect([...mara.watch.take(), ...complaints.splice(0)]).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await product?.[Symbol.asyncDispose]();
  });

  test('A.1 to A.4: Workspace settings > OAuth consumers > Add consumer shows Key and Secret', async () => {
    await signInToBitbucket(page, product.sandboxOrigin, 'Mara');
    consumer = await addConsumer(page, product.sandboxOrigin, {
      name: 'Lockkeeper',
      callbackUrl: `${product.origin}/oauth_redirect.do`,
    });
    expect(consumer.key).not.toBe('');
    expect(consumer.secret).not.toBe('');
  });

  test('the one-time set-up link makes the first administrator', async () => {
    const link = await product.setupLink();
    await page.goto(link);
    await page.getByLabel(/^Password/).waitFor();
    complaints.push(...(await look(page, '00-set-up')));
    await redeemLink(page, link, admin);
    await lookAt('01b-home-empty');
  });

  test('B.1 to B.5: Application Registry > New > third party > the empty form with its defaults', async () => {
    await openModule(page, 'oauth', 'Application Registry');
    await page.getByRole('heading', { level: 1, name: 'Application Registries' }).waitFor();
    await lookAt('02e-application-registries-empty');
    await openNewRegistry(page);
    await page.getByRole('combobox', { name: 'Provider' }).click();
    await page.getByRole('option', { name: 'Bitbucket Cloud' }).click();

    expect(await page.getByRole('textbox', { name: 'Authorization URL', exact: true }).inputValue()).toBe(
      'https://bitbucket.org/site/oauth2/authorize',
    );
    expect(await page.getByRole('textbox', { name: 'Token URL', exact: true }).inputValue()).toBe(
      'https://bitbucket.org/site/oauth2/access_token',
    );
    expect(await page.getByRole('combobox', { name: 'Default Grant type' }).inputValue()).toBe(
      'Authorization Code',
    );
    await lookAt('02-application-registry-new');
  });

  test('B.6: press and hold, then right-click, Save; Redirect URL and the default profile appear', async () => {
    await fillRegistry(page, { ...consumer, name: registryName, sandboxOrigin: product.sandboxOrigin });
    await chooseByPressAndHold(page, 'Save');
    await page.getByRole('heading', { level: 1, name: registryName }).waitFor();

    expect(await page.getByRole('textbox', { name: 'Redirect URL', exact: true }).inputValue()).toBe(
      `${product.origin}/oauth_redirect.do`,
    );
    await page
      .getByText(
        'It should match the User authorization callback URL previously provided in your Bitbucket Cloud configuration',
      )
      .waitFor();
    const profile = page.getByRole('row', { name: new RegExp(profileName) });
    await profile.getByText('Authorization Code').waitFor();
    await lookAt('02-application-registry');

    await page.getByRole('textbox', { name: 'Comments', exact: true }).fill('Kept by the platform team');
    await chooseByRightClick(page, 'Save');
    await page.getByText('Saved', { exact: false }).first().waitFor();
    await page.reload();
    expect(await page.getByRole('textbox', { name: 'Comments', exact: true }).inputValue()).toBe(
      'Kept by the platform team',
    );

    await page.getByRole('link', { name: profileName }).click();
    await page.getByRole('heading', { level: 1, name: profileName }).waitFor();
    expect(await page.getByLabel('Is default').isChecked()).toBe(true);
    await lookAt('02f-oauth-entity-profile');
  });

  test('a MID Server enrols with a one-time token and is validated by its fingerprint', async () => {
    await openModule(page, 'servers', 'Servers');
    await page.getByText('No MID Server is enrolled.', { exact: false }).waitFor();
    await lookAt('05d-mid-servers-empty');
    await enrolMidServer(page, product, 'mid-ham-01');
    await lookAt('05e-enrolment');

    await openModule(page, 'servers', 'Servers');
    await page.getByText('mid-ham-01 waits for validation.').waitFor();
    await lookAt('05a-mid-servers');
    await page.getByRole('link', { name: 'Compare and validate' }).click();
    await page.getByRole('heading', { level: 1, name: 'mid-ham-01' }).waitFor();
    expect(await page.getByRole('button', { name: 'Validate', exact: true }).isDisabled()).toBe(true);
    await page.getByRole('textbox', { name: 'Shown on the agent’s host' }).fill('0000');
    await page.getByText('The fingerprints differ').waitFor();
    await lookAt('05b-mid-server-validate');
    await validateMidServer(page, product, 'mid-ham-01');
  });

  test('B.7 to B.11: Credentials > New > OAuth 2.0 Credentials, saved', async () => {
    await openModule(page, 'cred', 'Credentials');
    await page.getByRole('button', { name: 'New', exact: true }).first().click();
    await page.getByText('What type of Credentials would you like to create?').first().waitFor();
    await lookAt('04d-credential-type');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: /^OAuth 2.0 Credentials/ }).click();
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill(credentialName);
    expect(await dialog.getByLabel('Active').isChecked()).toBe(true);
    await chooseReference(page, 'OAuth Entity Profile', profileName);
    const appliesTo = dialog.getByRole('radiogroup', { name: 'Applies to' });
    expect(await appliesTo.getByRole('radio', { name: 'All MID Servers' }).isChecked()).toBe(true);
    await appliesTo.getByRole('radio', { name: 'Specific MID Servers' }).waitFor();
    expect(await dialog.getByRole('textbox', { name: 'Order', exact: true }).inputValue()).toBe('100');
    await dialog.getByText('runs through a MID Server for this credential', { exact: false }).waitFor();
    await lookAt('04b-credential-dialog');
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: credentialName }).waitFor();
  });

  test('B.12: Get OAuth Token opens the consent, comes back, and the record says until when', async () => {
    const popup = await getOAuthToken(page);
    await popup.getByRole('heading', { name: 'Confirm access to your account' }).waitFor();
    await popup.getByRole('button', { name: 'Grant access' }).click();
    await page
      .getByRole('region', { name: 'OAuth token' })
      .getByText(/will expire on/)
      .waitFor();
    if (!popup.isClosed()) {
      expect(popup.url()).not.toMatch(/code=|state=/);
      await lookAt('09a-callback-success', popup);
      await popup.close();
    }
    await lookAt('04c-credential-record');
    await openModule(page, 'cred', 'Credentials');
    await page.getByRole('link', { name: credentialName }).waitFor();
    await lookAt('04a-credentials');
  });

  test('C.1: Tools > Bitbucket > New, and Connect shows four granted permissions', async () => {
    await openModule(page, 'bitbucket', 'Bitbucket');
    await page.getByText('No tool is connected.', { exact: false }).waitFor();
    await lookAt('06b-tools-empty');
    await createTool(page, toolName, credentialName, `${product.sandboxOrigin}/2.0`);
    await page.getByText('Not checked yet', { exact: false }).waitFor();
    await lookAt('06c-tool-disconnected');

    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByText('4 of 4').waitFor();
    await page.getByText('Connected', { exact: true }).waitFor();
  });

  test('C.2: Discover lists all workspaces, and a choice is saved', async () => {
    await page.getByRole('button', { name: 'Discover', exact: true }).click();
    const total = (await sandboxRepositories()).length;
    await page.getByText(new RegExp(`of ${total} repositories are tracked`)).waitFor();

    const tree = page.getByRole('tree');
    await tree.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    await page.getByText('Not saved yet', { exact: false }).waitFor();
    await page.getByRole('textbox', { name: 'Exclude', exact: true }).fill('*-archive-*');
    await lookAt('06-bitbucket-tool');
    const treeBox = await tree.boundingBox();
    const permissionsBox = await page
      .getByRole('heading', { name: 'Permissions', exact: true })
      .boundingBox();
    // The table of runs once pushed the tree below the panels beside it.
    expect((treeBox?.x ?? 0) + (treeBox?.width ?? 0)).toBeLessThanOrEqual(permissionsBox?.x ?? 0);
    await page.getByRole('button', { name: 'Save choice', exact: true }).click();
    await page.getByText('Choice saved').waitFor();
    await page
      .getByText(/repositories are tracked/)
      .first()
      .waitFor();
  });

  test('ends with every repository of every workspace, as the sandbox itself counts them', async () => {
    await openModule(page, 'repo', 'Repositories');
    const listed = new Set<string>();
    for (;;) {
      const names = page.getByRole('region', { name: 'Repositories' }).getByRole('row').getByRole('link');
      await names.first().waitFor();
      for (const name of await names.allInnerTexts()) listed.add(name);
      const next = page.getByRole('button', { name: 'Next page' });
      if (await next.isDisabled()) break;
      const [first = ''] = await names.allInnerTexts();
      await next.click();
      await page.getByRole('link', { name: first, exact: true }).waitFor({ state: 'detached' });
    }
    expect([...listed].sort()).toEqual(await sandboxRepositories());
    await lookAt('08b-repositories');
    await page.getByRole('region', { name: 'Repositories' }).getByRole('link').first().click();
    await page.getByRole('heading', { level: 2, name: 'Repository' }).waitFor();
    await lookAt('08-repository');
  });

  test('every other page', async () => {
    for (const [filter, module, name] of [
      ['home', 'Home', '01-home'],
      ['profiles', 'OAuth Entity Profiles', '02g-oauth-entity-profiles'],
      ['scopes', 'OAuth Entity Scopes', '02h-oauth-entity-scopes'],
      ['bitbucket', 'Bitbucket', '06d-tools'],
      ['users', 'Users and Roles', '12-users'],
      ['keys', 'API Keys', '13-api-keys'],
      ['secrets used', 'Secrets Used', '16-secrets-used'],
      ['audit', 'Audit Entries', '14-audit-entries'],
    ] as const) {
      await openModule(page, filter, module);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.getByRole('status', { name: /^Loading/ }).waitFor({ state: 'detached' });
      await lookAt(name);
    }
    await page.getByRole('region', { name: 'Audit Entries' }).getByRole('link').first().click();
    await page.getByText('What changed').waitFor();
    await lookAt('14b-audit-entry');
    await openModule(page, 'servers', 'Servers');
    await page.getByRole('link', { name: 'mid-ham-01', exact: true }).click();
    await page.getByText('Recent calls').waitFor();
    await lookAt('05c-mid-server-live');
  });

  test('no process wrote a secret', () => {
    for (const secret of [admin.password, consumer.secret])
      expect(product.output.includes(secret)).toBe(false);
  });
});

/** Full names of all that the sandbox holds. The same seed gives the same data, so the product is not asked. */
async function sandboxRepositories(): Promise<string[]> {
  const twin = await createSandbox({ repositories: REPOSITORIES });
  const names = twin.workspaces.flatMap((workspace) =>
    workspace.repositories().map(({ fullName }) => fullName),
  );
  await twin.close();
  return names.sort();
}
