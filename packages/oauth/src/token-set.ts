import {
  type AuthorizationServer,
  type Client,
  ResponseBodyError,
  type TokenEndpointResponse,
  UnsupportedOperationError,
} from 'oauth4webapi';
import { type Answer, readAnswer } from './answer.ts';
import { asAuthorizationServer, asClient, type OAuthClient, type OAuthEndpoints } from './client.ts';
import type { Exchange } from './exchange.ts';
import { foreignText, OAuthError } from './oauth-error.ts';
import type { OAuthProvider } from './provider.ts';
import { refusal } from './refusal.ts';

/** What a token endpoint hands out (RFC 6749 §5.1). The strings are secrets: wrap them at once. */
export interface TokenSet {
  readonly accessToken: string;
  /** `undefined`: keep the one there is (RFC 6749 §6). */
  readonly refreshToken: string | undefined;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  /** `null`: the provider says that it does not end; `undefined`: it says nothing. */
  readonly refreshTokenExpiresAt: Date | null | undefined;
  /** `undefined`: as asked (RFC 6749 §5.1). */
  readonly scopes: readonly string[] | undefined;
}

type Judge = (as: AuthorizationServer, client: Client, response: Response) => Promise<TokenEndpointResponse>;

const LONGEST_LIFE_SECONDS = 10 * 365 * 24 * 3600;

/** Reads the answer to one kind of request at the token endpoint. @throws OAuthError */
export type ProcessTokenAnswer = (
  endpoints: OAuthEndpoints,
  client: OAuthClient,
  provider: OAuthProvider,
  response: Response,
  exchange: Exchange,
) => Promise<TokenSet>;

export function answersJudgedBy(judge: Judge): ProcessTokenAnswer {
  return (endpoints, client, provider, response, exchange) => {
    const judgePlain = (plain: Response) => judge(asAuthorizationServer(endpoints), asClient(client), plain);
    return judgeTokenAnswer(judgePlain, response, exchange, provider);
  };
}

/** It is read within limits and reduced to the members we know before the library sees it. */
async function judgeTokenAnswer(
  judge: (plain: Response) => Promise<TokenEndpointResponse>,
  response: Response,
  exchange: Exchange,
  provider: OAuthProvider,
): Promise<TokenSet> {
  const answer = await readAnswer(response, exchange);
  if (answer.status !== 200 || answer.body?.has('error')) throw refusal(answer, provider);
  const lifeMs = lifetimeMs(answer, provider);
  const plain = new Response(JSON.stringify(knownMembers(answer, provider)), {
    headers: { 'content-type': 'application/json' },
  });
  let tokens: TokenEndpointResponse;
  try {
    tokens = await judge(plain);
  } catch (cause) {
    throw unusable(cause);
  }
  return {
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
    issuedAt: exchange.requestedAt,
    expiresAt: new Date(exchange.requestedAt.getTime() + lifeMs),
    refreshTokenExpiresAt: refreshTokenEnd(answer, exchange),
    scopes: tokens.scope?.split(/[\s,]+/).flatMap((scope) => foreignText(scope) ?? []),
  };
}

function knownMembers(answer: Answer, provider: OAuthProvider): Record<string, unknown> {
  const scope = provider.scopeMembers
    .map((member) => answer.body?.get(member))
    .find((value) => value != null);
  const members = {
    access_token: answer.body?.get('access_token'),
    token_type: answer.body?.get('token_type'),
    // Some send null for "none".
    refresh_token: answer.body?.get('refresh_token') ?? undefined,
    scope: Array.isArray(scope) ? scope.join(' ') : scope,
  };
  if (members.access_token === '' || members.refresh_token === '') {
    throw new OAuthError('answer_invalid', 'The answer holds an empty token.', { outcomeUnknown: true });
  }
  return members;
}

/** `expires_in` is a number of seconds; digits in a string are common and understood, nonsense is refused. */
function lifetimeMs(answer: Answer, provider: OAuthProvider): number {
  const value = answer.body?.get('expires_in') ?? undefined;
  if (value === undefined) return provider.accessTokenLifeMs;
  const seconds = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof seconds !== 'number' || !(seconds > 0 && seconds <= LONGEST_LIFE_SECONDS)) {
    throw new OAuthError('answer_invalid', 'The answer gives the token a lifetime that makes no sense.', {
      outcomeUnknown: true,
    });
  }
  return Math.floor(seconds * 1000);
}

/** Not in RFC 6749, but what providers send is always one of these; nonsense is no reason to throw a token away. */
function refreshTokenEnd(answer: Answer, { requestedAt }: Exchange): Date | null | undefined {
  const value = answer.body?.get('refresh_expires_in') ?? answer.body?.get('refresh_token_expires_in');
  const seconds = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (seconds === 0) return null;
  if (typeof seconds !== 'number' || !(seconds > 0 && seconds <= LONGEST_LIFE_SECONDS)) return undefined;
  return new Date(requestedAt.getTime() + Math.floor(seconds * 1000));
}

function unusable(cause: unknown): OAuthError {
  if (cause instanceof UnsupportedOperationError) {
    return new OAuthError(
      'token_type_unsupported',
      'The provider issued a token that is not a bearer token.',
      {
        outcomeUnknown: true,
      },
    );
  }
  // The library's own errors carry the answer, and with it tokens: they are not kept as a cause.
  const what = cause instanceof ResponseBodyError ? cause.error : 'a member is missing or of the wrong type';
  return new OAuthError('answer_invalid', `The answer is not a token answer: ${what}.`, {
    outcomeUnknown: true,
  });
}
