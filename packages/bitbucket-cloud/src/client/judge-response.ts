import { discard, readJson, retryAt, ToolError, type ToolResponse } from '@lockkeeper/tool';
import { errorBody } from './error-body.ts';
import { acceptedScopes, grantedScopes, withImplied } from './scope-headers.ts';

const maxErrorBytes = 64 * 1024;
const maxMessageLength = 200;

/**
 * Lets a 2xx pass and turns everything else into a `ToolError`. Bodies that are not JSON are dropped
 * unread: Bitbucket's HTML 404 pages hold data of the user who is signed in.
 */
export async function judgeResponse(response: ToolResponse, now: Date): Promise<void> {
  const { status, headers } = response;
  if (status >= 200 && status < 300) return;
  const said = await messageOf(response);
  switch (status) {
    case 401:
      throw new ToolError(
        'unauthorized',
        'Bitbucket did not accept the access token. If this stays so, **Get OAuth Token** again.',
        { status },
      );
    case 403:
      throw forbidden(headers, said);
    case 404:
      throw new ToolError('not_found', 'Bitbucket does not know this address, or hides it.', { status });
    case 410:
      throw new ToolError('removed', 'Bitbucket has removed this function (410 Gone).', { status });
    case 429: {
      const until = retryAt(headers, now);
      throw new ToolError(
        'throttled',
        `The rate limit has been exceeded. The next call may leave at ${until.toISOString()}.`,
        { status, retryAt: until },
      );
    }
  }
  if (status >= 500) {
    throw new ToolError('unreachable', `Bitbucket answered ${status}.`, { status, transient: true });
  }
  throw new ToolError('malformed', `Bitbucket refused the request (${status})${said}.`, { status });
}

function forbidden(headers: Headers, said: string): ToolError {
  const granted = grantedScopes(headers);
  const accepted = acceptedScopes(headers);
  const held = granted && withImplied(granted);
  const missing = held && accepted?.find((scope) => !held.has(scope));
  return missing === undefined
    ? new ToolError('forbidden', `Bitbucket does not allow this${said}.`, { status: 403 })
    : new ToolError('forbidden', `The permission ${missing} was not granted.`, {
        status: 403,
        missingScope: missing,
      });
}

/** `: <message>` or nothing; one line, without control characters, bounded. */
async function messageOf(response: ToolResponse): Promise<string> {
  try {
    const { error } = await readJson(response, errorBody, maxErrorBytes);
    const line = error.message.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
    return line === '' ? '' : `: ${line.slice(0, maxMessageLength).replace(/\.$/, '')}`;
  } catch {
    await discard(response);
    return '';
  }
}
