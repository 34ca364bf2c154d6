import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { eventually, testPassword, useTestHub } from '@lockkeeper/testing';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { launchBrowser } from './browser/browser.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

it.each(['localhost', '127.0.0.1'])(
  'WB-01: a browser keeps the __Host- cookie on http://%s, out of reach of scripts',
  async (host) => {
    const { page, testHub, token } = await openInstance(host);
    expect(await page.evaluate(setUp, { token, password: testPassword })).toBe(201);

    const [cookie, ...others] = await page.context().cookies();
    expect(others).toEqual([]);
    expect(cookie).toMatchObject({
      name: '__Host-lockkeeper',
      secure: true,
      httpOnly: true,
      sameSite: 'Lax',
      path: '/',
    });
    expect(await page.evaluate('document.cookie')).toBe('');
    expect(await page.evaluate(async () => (await fetch('/api/v1/session')).status)).toBe(200);
    expect(
      await page.evaluate(async () => (await fetch('/api/v1/session', { method: 'DELETE' })).status),
    ).toBe(204);
    expect(await page.context().cookies()).toEqual([]);
    expect(testHub.log.join('')).not.toContain(token);
  },
);

it('WB-03: a page of another origin on the same host cannot act with the cookie that its browser sends', async () => {
  const { page, testHub, token } = await openInstance('localhost');
  await page.evaluate(setUp, { token, password: testPassword });
  const target = new URL('/api/v1/users/invitations', testHub.publicUrl).href;
  const evil = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(
      `<form method="post" enctype="text/plain" action="${target}"><button>Win a prize</button></form>`,
    );
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void evil.close());
  await page.goto(`http://localhost:${await portOf(evil)}/`);

  const invitation = JSON.stringify({ email: 'eve@example.com', name: 'Eve', roles: ['admin'] });
  await page.evaluate(
    async ({ url, body }) => {
      // Neither may be read here, which is reported as a failure; whether it was done is asked below.
      await fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include', body }).catch(() => {});
      const headers = { 'content-type': 'application/json' };
      await fetch(url, { method: 'POST', credentials: 'include', headers, body }).catch(() => {});
    },
    { url: target, body: invitation },
  );
  await page.getByRole('button').click();
  await eventually(() => expect(refusals(testHub.log)).toBeGreaterThanOrEqual(2));
  const { db } = testHub.database;
  expect(await db.selectFrom('setup_links').selectAll().execute()).toEqual([]);
});

function refusals(log: readonly string[]): number {
  return log.filter((line) => line.includes('/users/invitations') && line.includes('"status":403')).length;
}

async function openInstance(host: string) {
  const publicUrl = new URL(`http://${host}:${await freePort()}`);
  const testHub = await useTestHub({ publicUrl });
  const link = await testHub.accessAdmin.createSetupLink();
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(new URL('/healthz', publicUrl).href);
  return { page, testHub, token: new URL(link?.url ?? '').hash.slice(1) };
}

/** Runs in the page. */
async function setUp({ token, password }: { token: string; password: string }): Promise<number> {
  const body = JSON.stringify({ token, name: 'Ada', email: 'ada@example.com', password });
  const response = await fetch('/api/v1/setup', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return response.status;
}

async function portOf(server: Server): Promise<number> {
  if (!server.listening) await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  const port = await portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
