import type { Browser, BrowserContext, Page } from 'playwright-core';
import { Watch } from './browser/watched-page.ts';

/** One person at one browser: pages of their own, cookies of their own, and a watch over all of them. */
export interface Visit extends AsyncDisposable {
  context: BrowserContext;
  page: Page;
  watch: Watch;
}

export async function visit(browser: Browser): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(30_000);
  const watch = new Watch(context);
  const page = await context.newPage();
  return { context, page, watch, [Symbol.asyncDispose]: () => context.close() };
}
