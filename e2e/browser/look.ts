import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { axeViolations } from './axe.ts';

/** Ignored by git. */
const shots = path.resolve(import.meta.dirname, '../shots');
const widths = { 1280: 800, 390: 844 } as const;
const schemes = ['light', 'dark'] as const;

/**
 * Looks at the page as it is now in light and dark, at 1280 and 390 px: a screenshot of each to `e2e/shots`,
 * and what is wrong with it (accessibility, sideways scrolling).
 * @param name such as `05a-mid-servers`
 */
export async function look(page: Page, name: string): Promise<string[]> {
  // For somebody who tries one step again and again.
  if (process.env.LOCKKEEPER_E2E_LOOK === 'off') return [];
  mkdirSync(shots, { recursive: true });
  const size = page.viewportSize();
  const complaints: string[] = [];
  for (const [width, height] of Object.entries(widths)) {
    await page.setViewportSize({ width: Number(width), height });
    await page.evaluate('scrollTo(0, 0)');
    for (const scheme of schemes) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await settled(page);
      const variant = `${name}-${scheme}-${width}`;
      await page.screenshot({ path: path.join(shots, `${variant}.png`), animations: 'disabled' });
      if (`${scheme} ${width}` !== 'dark 390') {
        const violations = await axeViolations(page, scheme === 'dark' ? 'contrast' : 'all');
        complaints.push(...violations.map((line) => `${variant}: ${line}`));
      }
      const overflow = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      if (overflow > 0) complaints.push(`${variant}: the page scrolls sideways by ${overflow} px`);
    }
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
