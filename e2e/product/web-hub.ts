import path from 'node:path';
import { testPassword } from '@lockkeeper/testing';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../browser/browser.ts';
import { signIn } from '../steps/instance.ts';
import { type Visit, visit } from '../visit.ts';
import { freePort } from './free-port.ts';

// For pages that need no whole product: a hub inside the test that serves them.

/** What such a hub is started with: the built pages, at an address that browsers take for secure. */
export async function webOptions(): Promise<{ webRoot: string; publicUrl: URL }> {
  return {
    webRoot: path.resolve(import.meta.dirname, '../../apps/web/dist'),
    publicUrl: new URL(`http://localhost:${await freePort()}`),
  };
}

/** A browser where the first administrator of a test hub is signed in. */
export async function visitAsAdmin(publicUrl: URL): Promise<Visit & { browser: Browser }> {
  const browser = await launchBrowser();
  const mine = await visit(browser);
  await signIn(mine.page, publicUrl.href, { email: 'ada@example.com', password: testPassword });
  return { ...mine, browser };
}
