import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { type AxeLook, axeViolations } from './axe.ts';

/** Ignored by git. */
const shots = path.resolve(import.meta.dirname, '../shots');

interface Variant {
  scheme: 'light' | 'dark';
  width: 1280 | 390;
  axe?: AxeLook;
}

const heights = { 1280: 800, 390: 844 };

/**
 * In the order of the fewest changes. Structure differs by width, colours by scheme: the page is judged in both widths and
 * both schemes, but not in all four pairs of them.
 */
const variants: readonly Variant[] = [
  { scheme: 'light', width: 1280, axe: 'page' },
  // What only wide screens show, such as the navigator.
  { scheme: 'dark', width: 1280, axe: 'shell' },
  { scheme: 'dark', width: 390, axe: 'page' },
];
/** For somebody who compares pictures. */
const fourth: Variant = { scheme: 'light', width: 390 };

/** `off`: for somebody who tries one step again and again; `all`: with a picture of each pair. */
const wanted = process.env.LOCKKEEPER_E2E_LOOK;

/**
 * Looks at the page as it is now in light and dark, at 1280 and 390 px: screenshots to `e2e/shots`,
 * and what is wrong with it (accessibility, sideways scrolling).
 * @param name such as `05a-mid-servers`
 */
export async function look(page: Page, name: string): Promise<string[]> {
  if (wanted === 'off') return [];
  mkdirSync(shots, { recursive: true });
  const size = page.viewportSize();
  const complaints: string[] = [];
  for (const { scheme, width, axe } of wanted === 'all' ? [...variants, fourth] : variants) {
    if (page.viewportSize()?.width !== width) {
      await page.setViewportSize({ width, height: heights[width] });
      await page.evaluate('scrollTo(0, 0)');
    }
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await settled(page);
    const variant = `${name}-${scheme}-${width}`;
    await page.screenshot({
      path: path.join(shots, `${variant}.png`),
      animations: 'disabled',
      fullPage: wanted === 'all',
    });
    if (axe !== undefined) {
      const violations = await axeViolations(page, axe);
      complaints.push(...violations.map((line) => `${variant}: ${line}`));
    }
    const overflow = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    if (overflow > 0) complaints.push(`${variant}: the page scrolls sideways by ${overflow} px`);
  }
  if (size) await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  return complaints;
}

/** The page as it is, for whoever looks into a failed test. */
export async function photograph(page: Page, name: string): Promise<void> {
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: path.join(shots, `${name}.png`) });
}

/** Fonts loaded, two frames painted. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(`(async () => {
    await document.fonts.ready;
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  })()`);
}
