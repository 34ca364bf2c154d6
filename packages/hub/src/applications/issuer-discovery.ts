import type { IssuerMetadata as IssuerMetadataView, SendCredentials } from '@lockkeeper/contract';
import { DiscoveryRefused, discoverIssuer, type Fetch, type IssuerMetadata } from '@lockkeeper/oauth';
import { invalidField } from '../http/hub-error.ts';
import type { OriginPolicy } from '../outbound/origin-policy.ts';

export interface IssuerDiscoveryParts {
  policy: OriginPolicy;
  fetch: Fetch;
  now: () => Date;
}

/** Somebody waits for the form to be filled. */
const DISCOVERY_TIMEOUT_MS = 5_000;
const MOST_METADATA_BYTES = 128 * 1024;

/**
 * Reads the metadata of an issuer for a form. Nothing of it counts before a person has seen and saved it, and it is not
 * read again later: who controls a document must not be able to send secrets elsewhere by changing it.
 *
 * @throws HubError `request.invalid` for the issuer
 */
export async function discoverForForm(
  issuer: string,
  { policy, fetch, now }: IssuerDiscoveryParts,
): Promise<IssuerMetadataView> {
  const refusal = policy.refusal(issuer);
  if (refusal !== undefined) throw invalidField('issuer', refusal, 'url_refused');
  if (new URL(issuer).search !== '') throw invalidField('issuer', 'must not contain a query (?…)');
  try {
    const options = { fetch, now, timeoutMs: DISCOVERY_TIMEOUT_MS, maxAnswerBytes: MOST_METADATA_BYTES };
    const metadata = await discoverIssuer(issuer, options);
    refuseEndpoints(metadata, policy);
    return viewOf(metadata);
  } catch (error) {
    if (!(error instanceof DiscoveryRefused)) throw error;
    throw invalidField('issuer', error.message, error.code);
  }
}

function refuseEndpoints(metadata: IssuerMetadata, policy: OriginPolicy): void {
  const endpoints = [
    ['authorization_endpoint', metadata.authorizationUrl],
    ['token_endpoint', metadata.tokenUrl],
    ['revocation_endpoint', metadata.tokenRevocationUrl],
  ] as const;
  for (const [member, url] of endpoints) {
    const refusal = url === null ? undefined : policy.refusal(url);
    if (refusal === undefined) continue;
    const message = `names a ${member} that cannot be used: it ${refusal}`;
    throw invalidField('issuer', message, 'endpoint_refused');
  }
}

/** A secret in the header is the one that every server has to know (RFC 6749 §2.3.1). */
const preferred = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'none',
] as const satisfies readonly SendCredentials[];

function viewOf(metadata: IssuerMetadata): IssuerMetadataView {
  const { codeChallengeMethods, clientAuthentications, grantTypes, isIssuerPromised, scopes } = metadata;
  const sendCredentialsSupported = preferred.filter((each) => clientAuthentications.includes(each));
  const isConsented = metadata.authorizationUrl !== null && grantTypes.includes('authorization_code');
  const notes = [
    ...(sendCredentialsSupported.length === 0
      ? ['It offers no way to prove the client that is known here.']
      : []),
    ...(isConsented && !codeChallengeMethods.includes('S256')
      ? ['It does not promise to check PKCE with S256. It is sent all the same.']
      : []),
    ...(isConsented && !isIssuerPromised
      ? ['Its answers may come without the issuer; the Redirect URL alone tells them apart.']
      : []),
    ...(metadata.tokenRevocationUrl === null ? ['It offers no revocation.'] : []),
  ];
  return {
    issuer: metadata.issuer,
    metadataUrl: metadata.metadataUrl,
    authorizationUrl: metadata.authorizationUrl,
    tokenUrl: metadata.tokenUrl,
    tokenRevocationUrl: metadata.tokenRevocationUrl,
    sendCredentialsSupported,
    authorizationResponseIssParameterSupported: isIssuerPromised,
    scopesSupported: [...scopes],
    notes,
  };
}
