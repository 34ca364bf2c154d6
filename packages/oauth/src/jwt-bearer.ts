import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { genericTokenEndpointRequest, processGenericTokenEndpointResponse } from 'oauth4webapi';
import {
  asAuthorizationServer,
  asClient,
  assertionAudience,
  clientAuthentication,
  type OAuthClient,
  type OAuthEndpoints,
} from './client.ts';
import { scopeParameter } from './client-credentials.ts';
import { type Exchange, requestOptions } from './exchange.ts';
import { extraParameters, type TokenExtras } from './token-extras.ts';
import { answersJudgedBy } from './token-set.ts';

/** What an assertion says; null stands for what the registry knows itself. */
export interface AssertionSettings {
  readonly issuer: string | null;
  readonly subject: string | null;
  readonly audience: string | null;
  readonly lifetimeSeconds: number;
  readonly claims: readonly { readonly name: string; readonly value: string }[];
}

/** A signed JWT that stands for the consent. @see RFC 7523 §3 */
export async function createAssertion(
  endpoints: OAuthEndpoints,
  { clientId, signingKey }: OAuthClient,
  settings: AssertionSettings,
  { requestedAt }: Exchange,
): Promise<string> {
  if (signingKey === undefined) throw new Error('a grant that signs has no key');
  const issuedAt = Math.floor(requestedAt.getTime() / 1000);
  return new SignJWT(Object.fromEntries(settings.claims.map(({ name, value }) => [name, value])))
    .setProtectedHeader({ alg: signingKey.algorithm, kid: signingKey.kid, typ: 'JWT' })
    .setIssuer(settings.issuer ?? clientId)
    .setSubject(settings.subject ?? clientId)
    .setAudience(settings.audience ?? assertionAudience(endpoints))
    .setJti(randomUUID())
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + settings.lifetimeSeconds)
    .sign(signingKey.key);
}

/** Asks with an assertion. No scopes: the provider decides. @see RFC 7523 §2.1 */
export async function jwtBearerRequest(
  endpoints: OAuthEndpoints,
  client: OAuthClient,
  assertion: string,
  scopes: readonly string[],
  extras: TokenExtras,
  exchange: Exchange,
): Promise<Response> {
  return genericTokenEndpointRequest(
    asAuthorizationServer(endpoints),
    asClient(client),
    clientAuthentication(client, endpoints, exchange),
    'urn:ietf:params:oauth:grant-type:jwt-bearer',
    [['assertion', assertion], ...scopeParameter(scopes), ...extraParameters(extras)],
    requestOptions(exchange),
  );
}

export const processJwtBearerAnswer = answersJudgedBy(processGenericTokenEndpointResponse);
