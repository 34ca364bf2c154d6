import { type GrantType, JWT_BEARER, type OAuthEntityProfile } from '@lockkeeper/contract';
import {
  clientCredentialsRequest,
  createAssertion,
  type Exchange,
  jwtBearerRequest,
  type OAuthClient,
  processClientCredentialsAnswer,
  processJwtBearerAnswer,
  type TokenExtras,
  type TokenSet,
} from '@lockkeeper/oauth';
import { endpointsOf, providerOf, type StoredRegistry } from './application-registry.ts';

/** As much of a profile as a request by it needs. */
export type AskingProfile = Pick<
  OAuthEntityProfile,
  'name' | 'grantType' | 'scopes' | 'tokenParameters' | 'resources' | 'assertion'
>;

/**
 * Whether tokens of this grant are renewed by asking again: it needs neither a person nor a refresh token, and nothing
 * is used up by a request whose answer gets lost.
 */
export function isAskedAnew(grantType: GrantType): boolean {
  return grantType !== 'authorization_code';
}

/** What a profile adds to a token request of whatever grant. */
export function extrasOf({
  tokenParameters,
  resources,
}: Pick<OAuthEntityProfile, 'tokenParameters' | 'resources'>): TokenExtras {
  return { parameters: tokenParameters, resources };
}

/**
 * Asks by a grant that needs nobody: client credentials or JWT bearer. Such a token is renewed by asking again, so a
 * refresh token in the answer, which RFC 6749 §4.4.3 says there should not be, is not kept: it would be one more
 * secret, and a second way that can die.
 *
 * @throws OAuthError
 */
export async function askAnew(
  registry: StoredRegistry,
  profile: AskingProfile,
  client: OAuthClient,
  exchange: Exchange,
): Promise<TokenSet> {
  const endpoints = endpointsOf(registry);
  const provider = providerOf(registry);
  const scopes = scopesAskedBy(profile);
  const extras = extrasOf(profile);
  const ask = async () => {
    if (profile.grantType !== JWT_BEARER || profile.assertion === null) {
      const response = await clientCredentialsRequest(endpoints, client, scopes, extras, exchange);
      return processClientCredentialsAnswer(endpoints, client, provider, response, exchange);
    }
    const assertion = await createAssertion(endpoints, client, profile.assertion, exchange);
    const response = await jwtBearerRequest(endpoints, client, assertion, scopes, extras, exchange);
    return processJwtBearerAnswer(endpoints, client, provider, response, exchange);
  };
  return { ...(await ask()), refreshToken: undefined };
}

export function scopesAskedBy({ scopes }: Pick<OAuthEntityProfile, 'scopes'>): string[] {
  return scopes.map(({ scope }) => scope);
}
