import {
  type AuthorizationRefusalCode,
  type Fetch,
  type OAuthProvider,
  send,
  startExchange,
} from '@lockkeeper/oauth';

const PREFLIGHT_TIMEOUT_MS = 3_000;
const ENOUGH_BYTES = 32 * 1024;

/**
 * Looks at the authorization URL before a person does. Some providers show a page of their own for a wrong Client ID or
 * Callback URL, and never send the browser back: nobody would learn here what is wrong. Anything unexpected is ignored.
 */
export async function findAuthorizationRefusal(
  authorizationUrl: string,
  provider: OAuthProvider,
  { fetch, now }: { fetch: Fetch; now: () => Date },
): Promise<AuthorizationRefusalCode | undefined> {
  if (provider.authorizationRefusals.length === 0) return undefined;
  const url = new URL(authorizationUrl);
  // The real one is for the person's browser alone.
  url.searchParams.set('state', 'preflight');
  try {
    const exchange = startExchange({ fetch, now, timeoutMs: PREFLIGHT_TIMEOUT_MS });
    const response = await send(exchange, url.href, { method: 'GET', headers: { accept: 'text/html' } });
    if (response.status < 400 || response.status >= 500) {
      await response.body?.cancel();
      return undefined;
    }
    const text = await beginning(response);
    return provider.authorizationRefusals.find(({ pattern }) => pattern.test(text))?.code;
  } catch {
    return undefined;
  }
}

async function beginning(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size >= ENOUGH_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}
