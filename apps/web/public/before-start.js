// Parsers made with `new Function` are faster, but the CSP allows no such thing; zod asks when its first schema is made.
globalThis.__zod_globalConfig = { jitless: true };

// Runs before the first paint, so that a dark page does not flash white. A file, because the CSP allows no inline script.
(() => {
  let chosen = 'auto';
  try {
    chosen = localStorage.getItem('lockkeeper-color-scheme') ?? 'auto';
  } catch {
    // Storage may be switched off; then the system decides.
  }
  const dark =
    chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
