import {
  type AuthorizationServer,
  type Client,
  ClientSecretBasic,
  ClientSecretPost,
  None,
} from 'oauth4webapi';

/** Spelled as in RFC 7591 §2. */
export type ClientAuthenticationMethod = 'client_secret_basic' | 'client_secret_post' | 'none';

/** Who we are at an authorization server. */
export interface OAuthClient {
  readonly clientId: string;
  /** `undefined` for a public client. */
  readonly clientSecret: string | undefined;
  readonly authentication: ClientAuthenticationMethod;
}

export interface OAuthEndpoints {
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly tokenRevocationUrl: string | null;
  /** Where known, the callback must name it (RFC 9207). */
  readonly issuer: string | null;
}

/** What a provider without a published issuer is called inside the library; never sent and never compared. */
const UNNAMED_ISSUER = 'urn:lockkeeper:unnamed-issuer';

export function asAuthorizationServer(endpoints: OAuthEndpoints): AuthorizationServer {
  return {
    issuer: endpoints.issuer ?? UNNAMED_ISSUER,
    authorization_endpoint: endpoints.authorizationUrl,
    token_endpoint: endpoints.tokenUrl,
    authorization_response_iss_parameter_supported: endpoints.issuer !== null,
    ...(endpoints.tokenRevocationUrl === null ? {} : { revocation_endpoint: endpoints.tokenRevocationUrl }),
  };
}

export function asClient(client: OAuthClient): Client {
  return { client_id: client.clientId };
}

/** @see RFC 6749 §2.3.1: in the header, id and secret are form-encoded before they are joined. */
export function clientAuthentication(client: OAuthClient) {
  if (client.authentication === 'none' || client.clientSecret === undefined) return None();
  return client.authentication === 'client_secret_post'
    ? ClientSecretPost(client.clientSecret)
    : ClientSecretBasic(client.clientSecret);
}
