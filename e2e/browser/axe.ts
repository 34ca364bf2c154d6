import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const looks = {
  page: {
    include: ['html'],
    runOnly: {
      type: 'tag',
      values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    },
  },
  /** What stands around every page: of it, what another colour scheme can change. */
  shell: {
    include: ['header', 'nav'],
    runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
  },
};

export type AxeLook = keyof typeof looks;

/** Rules of WCAG 2.2 AA that the page breaks, serious and critical ones only, as readable lines. */
export async function axeViolations(page: Page, look: AxeLook = 'page'): Promise<string[]> {
  // Evaluated through the debugging protocol, to which the page's content security policy does not apply.
  await page.evaluate(`globalThis.axe ?? (() => { ${source} })()`);
  const violations = await page.evaluate(async ({ include, runOnly }) => {
    const { axe, document } = globalThis as unknown as {
      axe: { run: (context: object, options: object) => Promise<AxeResults> };
      document: { querySelector(selector: string): unknown };
    };
    const present = include.filter((selector) => document.querySelector(selector) !== null);
    if (present.length === 0) return [];
    const options = { resultTypes: ['violations'], runOnly, preload: false };
    return (await axe.run({ include: present }, options)).violations;
  }, looks[look]);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map(
        ({ target, failureSummary }) => `${id}: ${help} at ${target.join(' ')} (${failureSummary ?? ''})`,
      ),
    );
}
