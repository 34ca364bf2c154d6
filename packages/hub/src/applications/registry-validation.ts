import { assertionSettings, JWT_BEARER, type RegistryValidation } from '@lockkeeper/contract';
import {
  type ClientCheck,
  checkClient,
  DiscoveryRefused,
  discoverIssuer,
  type Exchange,
  type Fetch,
  judgeRefusedAsk,
  type OAuthClient,
  OAuthError,
  processRevocationAnswer,
  revocationRequest,
  startExchange,
  type TokenSet,
} from '@lockkeeper/oauth';
import {
  endpointsOf,
  nameWithin,
  providerOf,
  redirectUrlOf,
  type StoredRegistry,
} from './application-registry.ts';
import { askRemedies } from './ask-explanations.ts';
import { detailOf, providerAnswerOf } from './provider-answer.ts';
import { type AskingProfile, askAnew, isAskedAnew } from './token-ask.ts';

/** Somebody waits for the form to be saved. */
const VALIDATION_TIMEOUT_MS = 5_000;

const MOST_METADATA_BYTES = 128 * 1024;

export interface ValidationParts {
  readonly client: OAuthClient;
  /** By which is asked, where its grant needs nobody; any of a grant that needs a person is as good as none. */
  readonly profile: AskingProfile;
  readonly fetch: Fetch;
  readonly now: () => Date;
  readonly publicUrl: URL;
}

interface Verdict {
  readonly check: ClientCheck;
  readonly message: string;
  readonly remedy: string[];
}

/** Asks the provider whether it knows the client, and says what to change. Never more than a warning. */
export async function validateRegistry(
  registry: StoredRegistry,
  parts: ValidationParts,
): Promise<{ validation: RegistryValidation; secretSent: boolean }> {
  const exchange = startExchange({ ...parts, timeoutMs: VALIDATION_TIMEOUT_MS });
  const { check, ...told } = isAskedAnew(parts.profile.grantType)
    ? await askForToken(registry, parts, exchange)
    : await askWithDummyCode(registry, parts, exchange);
  return { validation: resultOf(check, told, parts.now()), secretSent: check.error?.wasSent ?? true };
}

/**
 * What a person should know of PKCE at this server, by what it publishes of itself: nothing else tells, because only a
 * consent shows whether a verifier is checked. Undefined where it promises to, or where PKCE is off.
 *
 * @see RFC 8414 §2, RFC 9700 §2.1.1
 */
export async function pkceWarning(
  registry: StoredRegistry,
  { fetch, now }: Pick<ValidationParts, 'fetch' | 'now'>,
): Promise<string | undefined> {
  const { issuer, tokenUrl, codeChallengeMethod } = registry;
  if (codeChallengeMethod !== 'S256') return undefined;
  const where = issuer ?? new URL(tokenUrl).origin;
  const options = { fetch, now, timeoutMs: VALIDATION_TIMEOUT_MS, maxAnswerBytes: MOST_METADATA_BYTES };
  try {
    const { codeChallengeMethods } = await discoverIssuer(where, options);
    if (codeChallengeMethods.includes('S256')) return undefined;
    return 'It does not promise to check PKCE with S256. It is sent all the same.';
  } catch (error) {
    if (!(error instanceof DiscoveryRefused)) throw error;
    return `Whether it checks PKCE is not known: it publishes nothing of itself under ${where}.`;
  }
}

/** What a refresh told of the client. */
export function noticed(
  registry: StoredRegistry,
  error: OAuthError | undefined,
  now: Date,
): RegistryValidation {
  const check: ClientCheck = { outcome: error === undefined ? 'client_accepted' : 'client_refused', error };
  return resultOf(check, explain(registry, check), now);
}

function resultOf(
  { outcome, error }: ClientCheck,
  { message, remedy }: { message: string; remedy: string[] },
  now: Date,
): RegistryValidation {
  return {
    outcome,
    message,
    remedy,
    providerError: error?.providerError ?? null,
    answer: error === undefined ? null : providerAnswerOf(error),
    checkedAt: now.toISOString(),
  };
}

/** What such a grant asks with where the registry has no profile of it. */
export function plainProfile({ name, defaultGrantType }: StoredRegistry): AskingProfile {
  return {
    name: `${name} default_profile`,
    grantType: defaultGrantType,
    scopes: [],
    tokenParameters: [],
    resources: [],
    assertion: defaultGrantType === JWT_BEARER ? assertionSettings.parse({}) : null,
  };
}

async function askWithDummyCode(
  registry: StoredRegistry,
  { client, publicUrl }: ValidationParts,
  exchange: Exchange,
): Promise<Verdict> {
  const redirectUri = redirectUrlOf(registry, publicUrl);
  const check = await checkClient(endpointsOf(registry), client, providerOf(registry), redirectUri, exchange);
  return { check, ...explain(registry, check) };
}

/** The very request by which tokens will come: nothing else tells whether it is granted. */
async function askForToken(
  registry: StoredRegistry,
  parts: ValidationParts,
  exchange: Exchange,
): Promise<Verdict> {
  const { client, profile, publicUrl } = parts;
  const { shortName } = providerOf(registry);
  try {
    const tokens = await askAnew(registry, profile, client, exchange);
    const fate = await giveBack(registry, client, tokens, exchange);
    const message = `${shortName} issued a token to this client, without anybody's consent. ${fate}`;
    return { check: { outcome: 'client_accepted', error: undefined }, message, remedy: [] };
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    const check = judgeRefusedAsk(error);
    const told =
      check.outcome === 'grant_refused'
        ? `${shortName} issues no token by this grant: ${detailOf(error)}`
        : explain(registry, check).message;
    return { check, message: told, remedy: askRemedies(error.code, registry, profile, publicUrl) };
  }
}

/** Nobody wants the token that only showed that there is one. */
async function giveBack(
  registry: StoredRegistry,
  client: OAuthClient,
  { accessToken }: TokenSet,
  exchange: Exchange,
): Promise<string> {
  const endpoints = endpointsOf(registry);
  const { tokenRevocationUrl } = endpoints;
  if (tokenRevocationUrl === null) return 'It was thrown away.';
  try {
    const token = { token: accessToken, kind: 'access_token' } as const;
    const response = await revocationRequest({ ...endpoints, tokenRevocationUrl }, client, token, exchange);
    await processRevocationAnswer(providerOf(registry), response, exchange);
    return 'It was revoked at once.';
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return 'It was thrown away, but could not be revoked, and ends by itself.';
  }
}

function explain(
  registry: StoredRegistry,
  { outcome, error }: ClientCheck,
): { message: string; remedy: string[] } {
  const provider = providerOf(registry);
  const { words, shortName, label } = provider;
  const isSigned = registry.sendCredentials === 'private_key_jwt';
  const proof = isSigned ? 'its signature' : 'the Client Secret';
  switch (outcome) {
    case 'client_accepted':
      return { message: `${shortName} accepts the Client ID and ${proof}.`, remedy: [] };
    case 'client_refused':
      return {
        message: `${shortName} refused the Client ID or ${proof}.`,
        remedy: [
          words.path.length === 0
            ? `Open the ${words.application} at ${nameWithin(provider)}.`
            : `In ${label}, open ${[...words.path, `the ${words.application}`].join(' > ')}.`,
          `Compare its ${words.clientId} with the Client ID.`,
          isSigned
            ? 'Check that it knows the public key of this registry, which is published at its JWKS URL.'
            : `Copy its ${words.clientSecret}, replace the Client Secret and Save.`,
        ],
      };
    case 'unreachable':
      return {
        message: `The Token URL did not answer: ${error?.message ?? 'no reason given'}`,
        remedy: ['Check the Token URL.', 'Check that this instance may reach it through your network.'],
      };
    case 'grant_refused':
    case 'inconclusive':
      return {
        message: `The answer tells nothing about Client ID and ${proof}: ${error?.message ?? 'no reason given'}`,
        remedy: ['Check that the Token URL is the address of a token endpoint.', 'Try Get OAuth Token.'],
      };
  }
}
