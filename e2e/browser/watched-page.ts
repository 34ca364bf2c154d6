import type { BrowserContext, Page } from 'playwright-core';

/** What a page must never do: throw, log an error, or break its own content security policy. */
export class Watch {
  readonly #complaints: string[] = [];
  readonly #expected: RegExp[] = [];

  constructor(context: BrowserContext) {
    context.on('page', (page) => this.#listen(page));
    for (const page of context.pages()) this.#listen(page);
  }

  /** Chromium logs each 4xx and 5xx answer as an error: name those that a test provokes on purpose. */
  expect(pattern: RegExp): void {
    this.#expected.push(pattern);
  }

  /** Complaints since the last call, without the expected ones. */
  take(): string[] {
    return this.#complaints.splice(0).filter((line) => !this.#expected.some((pattern) => pattern.test(line)));
  }

  #listen(page: Page): void {
    page.on('pageerror', (error) => this.#complaints.push(`${page.url()}: uncaught ${error.message}`));
    page.on('console', (message) => {
      if (message.type() !== 'error') return;
      this.#complaints.push(`${page.url()}: ${message.text()} (${message.location().url})`);
    });
  }
}
