import {
  type AuthorizationServer,
  type Client,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  modifyAssertion,
  None,
  PrivateKeyJwt,
} from 'oauth4webapi';
import type { Exchange } from './exchange.ts';
import type { SigningKey } from './signing-key.ts';

/** Spelled as in RFC 7591 §2. */
export type ClientAuthenticationMethod =
  | 'client_secret_basic'
  | 'client_secret_post'
  | 'private_key_jwt'
  | 'none';

/** Who we are at an authorization server. */
export interface OAuthClient {
  readonly clientId: string;
  /** `undefined` for a public client, and for one that signs. */
  readonly clientSecret: string | undefined;
  /** Signs assertions: those that prove the client, and those of the JWT bearer grant. */
  readonly signingKey: SigningKey | undefined;
  readonly authentication: ClientAuthenticationMethod;
}

export interface OAuthEndpoints {
  /** Null where nobody has to consent. */
  readonly authorizationUrl: string | null;
  readonly tokenUrl: string;
  readonly tokenRevocationUrl: string | null;
  /** Where known, no answer may name another one, and assertions are addressed to it. */
  readonly issuer: string | null;
  /** Whether the callback must name the issuer (RFC 9207). */
  readonly isIssuerPromised: boolean;
}

/** What a provider without a published issuer is called inside the library; never sent and never compared. */
const UNNAMED_ISSUER = 'urn:lockkeeper:unnamed-issuer';

export function asAuthorizationServer(endpoints: OAuthEndpoints): AuthorizationServer {
  return {
    issuer: endpoints.issuer ?? UNNAMED_ISSUER,
    token_endpoint: endpoints.tokenUrl,
    authorization_response_iss_parameter_supported: endpoints.issuer !== null && endpoints.isIssuerPromised,
    ...(endpoints.authorizationUrl === null ? {} : { authorization_endpoint: endpoints.authorizationUrl }),
    ...(endpoints.tokenRevocationUrl === null ? {} : { revocation_endpoint: endpoints.tokenRevocationUrl }),
  };
}

export function asClient(client: OAuthClient): Client {
  return { client_id: client.clientId };
}

/** RFC 7523 §3: an identifier of the provider. The issuer is no other server's; a token URL is the next best. */
export function assertionAudience({ issuer, tokenUrl }: OAuthEndpoints): string {
  return issuer ?? tokenUrl;
}

/** An assertion that was seen by somebody else is of no use to them for longer than this. */
const CLIENT_ASSERTION_LIFE_SECONDS = 60;

/** @see RFC 6749 §2.3.1: in the header, id and secret are form-encoded before they are joined. */
export function clientAuthentication(
  client: OAuthClient,
  endpoints: OAuthEndpoints,
  exchange: Exchange,
): ClientAuth {
  if (client.authentication === 'private_key_jwt') return signedAssertion(client, endpoints, exchange);
  if (client.authentication === 'none' || client.clientSecret === undefined) return None();
  return client.authentication === 'client_secret_post'
    ? ClientSecretPost(client.clientSecret)
    : ClientSecretBasic(client.clientSecret);
}

/** @see RFC 7523 §2.2 */
function signedAssertion(
  { signingKey }: OAuthClient,
  endpoints: OAuthEndpoints,
  exchange: Exchange,
): ClientAuth {
  if (signingKey === undefined) throw new Error('a client that signs has no key');
  const issuedAt = Math.floor(exchange.requestedAt.getTime() / 1000);
  return PrivateKeyJwt(
    { key: signingKey.key, kid: signingKey.kid },
    {
      [modifyAssertion]: (header, payload) => {
        header.alg = signingKey.algorithm;
        payload.aud = assertionAudience(endpoints);
        payload.iat = issuedAt;
        payload.nbf = issuedAt;
        payload.exp = issuedAt + CLIENT_ASSERTION_LIFE_SECONDS;
      },
    },
  );
}
