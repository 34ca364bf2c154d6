/** Why a target is refused, or the URL to call. The path is opaque text of a caller: it must stay what it says. */
export type Target = { readonly url: URL } | { readonly refused: string };

const refuse = (refused: string): Target => ({ refused });

/**
 * Joins the origin of a tool and a path so that nothing in the path can lead elsewhere (AG-11).
 * @param origin exactly as `URL.origin` prints it: no path, no user information
 * @param path begins with one `/`; percent-encoding is kept as it is
 * @param query without `?`, may be empty
 */
export function targetOf(origin: string, path: string, query: string): Target {
  if (!URL.canParse(origin)) return refuse('The origin is not a URL');
  const base = new URL(origin);
  if (base.protocol !== 'https:' && base.protocol !== 'http:')
    return refuse('The origin is not http or https');
  if (base.origin !== origin) return refuse('The origin says more than scheme, host and port');
  const problem = pathProblem(path);
  if (problem !== undefined) return refuse(problem);
  if (/[#\s\p{Cc}]/u.test(query)) return refuse('The query holds a character that must be encoded');
  const text = `${origin}${path}${query === '' ? '' : `?${query}`}`;
  if (!URL.canParse(text)) return refuse('The path is not valid');
  const url = new URL(text);
  if (url.origin !== origin || url.username !== '' || url.password !== '')
    return refuse('The path leads elsewhere');
  if (url.pathname !== path) return refuse('The path is not in its normal form');
  return { url };
}

function pathProblem(path: string): string | undefined {
  if (!path.startsWith('/')) return 'The path does not begin with a slash';
  if (path.startsWith('//')) return 'The path names a host';
  if (/[\\?#\s\p{Cc}]/u.test(path)) return 'The path holds a character that must be encoded';
  // An upstream may decode once more than it should: no form of `..` passes, however often it is encoded.
  let decoded = path;
  for (let round = 0; round < 4; round += 1) {
    if (decoded.split(/[/\\]/).some((segment) => segment === '.' || segment === '..')) {
      return 'The path climbs';
    }
    if (/\p{Cc}/u.test(decoded)) return 'The path holds a control character';
    let next: string;
    try {
      next = decodeURIComponent(decoded);
    } catch {
      // The first round must be sound; below that a literal percent sign is an ordinary character.
      return round === 0 ? 'The path is not encoded soundly' : undefined;
    }
    if (next === decoded) return undefined;
    decoded = next;
  }
  return 'The path is encoded too many times';
}
