import { type Answer, readAnswer } from './answer.ts';
import type { ClientAuthenticationMethod } from './client.ts';
import { type ExchangeOptions, send, startExchange } from './exchange.ts';
import { foreignText, OAuthError } from './oauth-error.ts';

/** What an authorization server publishes of itself, as far as it concerns us. @see RFC 8414 §2 */
export interface IssuerMetadata {
  readonly issuer: string;
  /** Where it was found. */
  readonly metadataUrl: string;
  readonly authorizationUrl: string | null;
  readonly tokenUrl: string;
  readonly tokenRevocationUrl: string | null;
  /** Those we know, in the server's order. */
  readonly clientAuthentications: readonly ClientAuthenticationMethod[];
  readonly grantTypes: readonly string[];
  readonly scopes: readonly string[];
  readonly codeChallengeMethods: readonly string[];
  /** Whether each answer at the callback names the issuer. @see RFC 9207 §3 */
  readonly isIssuerPromised: boolean;
}

export type DiscoveryRefusal = 'metadata_missing' | 'metadata_invalid' | 'issuer_differs';

/** Why the metadata of an issuer cannot be used, as the end of a sentence about the issuer. */
export class DiscoveryRefused extends Error {
  override readonly name = 'DiscoveryRefused';
  readonly code: DiscoveryRefusal;

  constructor(code: DiscoveryRefusal, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Where the metadata may lie: as RFC 8414 §3.1 has it, then as OpenID Connect Discovery §4 has it.
 *
 * @param issuer an absolute URL without query and fragment
 */
export function metadataUrls(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ];
}

/**
 * Asks an issuer for its metadata.
 *
 * @throws DiscoveryRefused
 */
export async function discoverIssuer(issuer: string, options: ExchangeOptions): Promise<IssuerMetadata> {
  const failures: string[] = [];
  for (const url of metadataUrls(issuer)) {
    const found = await read(url, options);
    if (typeof found !== 'string') return judge(issuer, url, found);
    failures.push(`${url} ${found}`);
  }
  throw new DiscoveryRefused('metadata_missing', `has no metadata that can be read: ${failures.join('; ')}`);
}

type Members = NonNullable<Answer['body']>;

/** @returns the members, or why there are none */
async function read(url: string, options: ExchangeOptions): Promise<Members | string> {
  const exchange = startExchange(options);
  try {
    const response = await send(exchange, url, { method: 'GET', headers: { accept: 'application/json' } });
    const { status, body } = await readAnswer(response, exchange);
    return status === 200 && body !== undefined ? body : `answered with HTTP status ${status}`;
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return lowerFirst(error.message.replace(/\.$/, ''));
  }
}

function judge(issuer: string, metadataUrl: string, members: Members): IssuerMetadata {
  // Letter for letter: anything else may be the metadata of somebody else (RFC 8414 §3.3).
  const named = text(members, 'issuer');
  if (named !== issuer) {
    const said = named === null ? 'names no issuer' : `calls its issuer ${foreignText(named)}`;
    throw new DiscoveryRefused(
      'issuer_differs',
      `must be what its metadata says, and ${metadataUrl} ${said}`,
    );
  }
  const tokenUrl = text(members, 'token_endpoint');
  if (tokenUrl === null) throw invalid('has no token_endpoint');
  return {
    issuer,
    metadataUrl,
    authorizationUrl: text(members, 'authorization_endpoint'),
    tokenUrl,
    tokenRevocationUrl: text(members, 'revocation_endpoint'),
    clientAuthentications: list(members, 'token_endpoint_auth_methods_supported', [
      'client_secret_basic',
    ]).flatMap((method) => known.filter((each) => each === method)),
    grantTypes: list(members, 'grant_types_supported', ['authorization_code', 'implicit']),
    scopes: list(members, 'scopes_supported', []),
    codeChallengeMethods: list(members, 'code_challenge_methods_supported', []),
    isIssuerPromised: members.get('authorization_response_iss_parameter_supported') === true,
  };
}

const known: readonly ClientAuthenticationMethod[] = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'none',
];

function text(members: Members, name: string): string | null {
  const value = members.get(name) ?? null;
  if (value !== null && typeof value !== 'string')
    throw invalid(`gives ${name} as something else than a text`);
  return value;
}

function list(members: Members, name: string, absent: string[]): string[] {
  const value = members.get(name) ?? absent;
  const isTexts = Array.isArray(value) && value.every((entry): entry is string => typeof entry === 'string');
  if (!isTexts) throw invalid(`gives ${name} as something else than a list of texts`);
  return value;
}

function invalid(what: string): DiscoveryRefused {
  return new DiscoveryRefused('metadata_invalid', `has metadata that cannot be used: it ${what}`);
}

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
