/**
 * The path to go to after signing in, from an untrusted query parameter: a path of this origin or `/` (OA-15).
 * `//evil`, `/\evil`, `javascript:`, control characters and other origins all become `/`.
 */
export function returnPath(raw: unknown, origin: string): string {
  if (typeof raw !== 'string' || !raw.startsWith('/') || raw.length > 2000) return '/';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers strip these, so `/\t/evil` would leave the origin.
  if (/[\u0000-\u001f\u007f\\]/.test(raw)) return '/';
  const url = URL.canParse(raw, origin) ? new URL(raw, origin) : undefined;
  if (url?.origin !== origin || url.pathname.startsWith('//')) return '/';
  return `${url.pathname}${url.search}${url.hash}`;
}
