import type { Page } from 'playwright-core';

/** The forms in which a secret could leak: as it is, in base 64 (either alphabet) and in a URL. */
export function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '');
  return [secret, base64, base64.replaceAll('+', '-').replaceAll('/', '_'), encodeURIComponent(secret)];
}

/** Names of the secrets that the page's document, storage or address holds. */
export async function secretsIn(page: Page, secrets: Readonly<Record<string, string>>): Promise<string[]> {
  const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  const values = await page
    .locator('input, textarea')
    .evaluateAll((fields) => fields.map((field) => ('value' in field ? String(field.value) : '')));
  const seen = [await page.content(), page.url(), stored, ...values].join('\n');
  return Object.entries(secrets)
    .filter(([, secret]) => formsOf(secret).some((form) => seen.includes(form)))
    .map(([name]) => name);
}
