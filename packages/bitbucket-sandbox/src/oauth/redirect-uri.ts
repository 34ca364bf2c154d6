/**
 * Whether a `redirect_uri` is permitted by the consumer's Callback URL. `example.com/add-on` permits
 * `example.com/add-on/function`, and not `example.com/add-on-of-somebody-else`.
 */
export function isPermittedRedirectUri(
  callbackUrl: string,
  redirectUri: string,
  rule: 'prefix' | 'exact',
): boolean {
  if (redirectUri === callbackUrl) return true;
  if (rule === 'exact') return false;
  const callback = URL.parse(callbackUrl);
  const redirect = URL.parse(redirectUri);
  if (callback === null || redirect === null || redirect.hash !== '') return false;
  if (redirect.origin !== callback.origin || redirect.username !== '' || redirect.password !== '')
    return false;
  if (!redirect.search.startsWith(callback.search)) return false;
  if (redirect.pathname === callback.pathname) return true;
  const folder = callback.pathname.endsWith('/') ? callback.pathname : `${callback.pathname}/`;
  return redirect.pathname.startsWith(folder);
}

/** Adds the parameters of an authorization response, RFC 6749 §4.1.2. */
export function redirectWith(
  redirectUri: string,
  parameters: Readonly<Record<string, string | undefined>>,
): string {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.append(name, value);
  }
  return url.href;
}
