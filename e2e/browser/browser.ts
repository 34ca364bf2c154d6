import { type Browser, chromium } from 'playwright-core';
import { findChromium } from './chromium.ts';

/** Starts a headless Chromium with our own arguments; the registry package's own ones switch web security off. */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, env } = await findChromium();
  const launch = (chromiumSandbox: boolean) =>
    chromium.launch({
      executablePath,
      chromiumSandbox,
      env: { ...process.env, ...env },
      args: ['--disable-gpu', '--font-render-hinting=none', '--hide-scrollbars', '--disable-dev-shm-usage'],
    });
  // Chromium refuses to sandbox itself as root, and cannot in containers without user namespaces.
  if (process.getuid?.() === 0) return launch(false);
  try {
    return await launch(true);
  } catch (error) {
    if (!/no usable sandbox|namespace|setuid sandbox/i.test(String(error))) throw error;
    return launch(false);
  }
}
