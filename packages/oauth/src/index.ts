export {
  type AuthorizationCodeParts,
  authorizationCodeRequest,
  processAuthorizationCodeAnswer,
} from './authorization-code.ts';
export {
  type AuthorizationSecrets,
  buildAuthorizationUrl,
  createAuthorizationSecrets,
} from './authorization-request.ts';
export { callbackState, judgeCallback } from './callback.ts';
export type { ClientAuthenticationMethod, OAuthClient, OAuthEndpoints } from './client.ts';
export { type ClientCheck, checkClient, judgeRefusedAsk } from './client-check.ts';
export { clientCredentialsRequest, processClientCredentialsAnswer } from './client-credentials.ts';
export {
  type Exchange,
  type ExchangeOptions,
  type Fetch,
  type FetchInit,
  send,
  startExchange,
} from './exchange.ts';
export {
  type DiscoveryRefusal,
  DiscoveryRefused,
  discoverIssuer,
  type IssuerMetadata,
} from './issuer-metadata.ts';
export {
  type AssertionSettings,
  createAssertion,
  jwtBearerRequest,
  processJwtBearerAnswer,
} from './jwt-bearer.ts';
export { foreignText, OAuthError, type OAuthErrorCode, oauthErrorCodes } from './oauth-error.ts';
export type { AuthorizationRefusalCode, OAuthProvider, ProviderPermission } from './provider.ts';
export { bitbucketCloud } from './providers/bitbucket-cloud.ts';
export { findProvider, oauthProviders, recogniseProvider } from './providers/find-provider.ts';
export { generic } from './providers/generic.ts';
export { processRefreshTokenAnswer, refreshTokenRequest } from './refresh-token.ts';
export { processRevocationAnswer, type RevocableToken, revocationRequest } from './revocation.ts';
export {
  generateSigningKey,
  KeyRefused,
  openSigningKey,
  readSigningKey,
  type SigningAlgorithm,
  type SigningKey,
  type SigningKeyPair,
} from './signing-key.ts';
export type { TokenExtras } from './token-extras.ts';
export type { TokenSet } from './token-set.ts';
export { TransportFailure } from './transport-failure.ts';
