import { ToolError } from './tool-error.ts';

const control = /\p{Cc}/u;

/**
 * Refuses a path that a server, a proxy or a URL parser could read as lying outside the tool's base URL:
 * dot segments in any encoding, encoded slashes and backslashes, empty leading segments, control characters.
 * @throws ToolError `malformed`
 */
export function assertToolPath(path: string): void {
  if (!path.startsWith('/') || path.startsWith('//')) throw refused('must begin with exactly one slash');
  if (control.test(path) || /[\\ ]/.test(path)) throw refused('has a character that must be encoded');
  if (path.includes('?') || path.includes('#')) throw refused('must not hold a query or a fragment');
  for (const segment of path.split('/')) {
    const decoded = decodeFully(segment);
    if (decoded === '.' || decoded === '..') throw refused('must not climb out of the base URL');
    if (/[/\\]/.test(decoded) || control.test(decoded)) {
      throw refused('must not hide a separator or a control character in an encoding');
    }
  }
}

/** Puts a value into a path as one segment: `{uuid}` becomes `%7Buuid%7D`. */
export function pathSegment(value: string): string {
  if (value === '.' || value === '..' || value === '') throw refused('has an empty or dotted segment');
  return encodeURIComponent(value);
}

/**
 * The path and query, relative to the base URL, of an absolute link that the tool sent.
 * @throws ToolError `malformed` when it leads to another origin or out of the base path
 */
export function relativeToBase(link: string, baseUrl: string): { path: string; query: string } {
  const base = new URL(baseUrl);
  const basePath = base.pathname.replace(/\/$/, '');
  // A tool may answer with a relative link; anything that is not a URL at all is malformed.
  const url = URL.canParse(link, baseUrl) ? new URL(link, base) : undefined;
  if (url === undefined) throw new ToolError('malformed', 'The tool sent a link that is not a URL.');
  if (url.origin !== base.origin || url.username !== '' || url.password !== '') {
    throw new ToolError('malformed', 'The tool sent a link to another origin. It was not followed.');
  }
  if (!url.pathname.startsWith(`${basePath}/`)) {
    throw new ToolError('malformed', 'The tool sent a link outside its base URL. It was not followed.');
  }
  const path = url.pathname.slice(basePath.length);
  assertToolPath(path);
  return { path, query: url.search.slice(1) };
}

/** Joins base URL, path and query; the result is proven to lie under the base URL. */
export function toolUrl(baseUrl: string, path: string, query = ''): URL {
  assertToolPath(path);
  const base = new URL(baseUrl);
  const url = new URL(base.pathname.replace(/\/$/, '') + path, base.origin);
  url.search = query;
  return url;
}

function decodeFully(segment: string): string {
  let current = segment;
  // Three rounds: proxies decode at most once or twice; what still changes after that is refused below.
  for (let round = 0; round < 3; round++) {
    let next: string;
    try {
      next = decodeURIComponent(current);
    } catch (cause) {
      // A percent sign of its own is data after the first round, and a broken encoding before it.
      if (round > 0) return current;
      throw new ToolError('malformed', 'The path has a broken percent-encoding.', { cause });
    }
    if (next === current) return current;
    current = next;
  }
  return current;
}

function refused(why: string): ToolError {
  return new ToolError('malformed', `The path ${why}.`, { transient: false });
}
