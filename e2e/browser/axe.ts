import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const rules = {
  all: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
  /** What another colour scheme can change. */
  contrast: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
};

/** Rules of WCAG 2.2 AA that the page breaks, serious and critical ones only, as readable lines. */
export async function axeViolations(page: Page, which: keyof typeof rules = 'all'): Promise<string[]> {
  // Evaluated through the debugging protocol, to which the page's content security policy does not apply.
  await page.evaluate(`globalThis.axe ?? (() => { ${source} })()`);
  const results = await page.evaluate((runOnly) => {
    const { axe } = globalThis as unknown as { axe: { run: (options: object) => Promise<AxeResults> } };
    return axe.run({ resultTypes: ['violations'], runOnly, preload: false });
  }, rules[which]);
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map(
        ({ target, failureSummary }) => `${id}: ${help} at ${target.join(' ')} (${failureSummary ?? ''})`,
      ),
    );
}
