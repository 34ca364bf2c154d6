import {
  type ApplicationRegistry,
  type ApplicationRegistryId,
  actorRef,
  applicationRegistryId,
  registryValidation,
} from '@lockkeeper/contract';
import { findProvider, type OAuthEndpoints, type OAuthProvider } from '@lockkeeper/oauth';
import type { Selectable } from 'kysely';
import type { ApplicationsTables } from '../db/tables/applications.ts';

export type RegistryRow = Selectable<ApplicationsTables['application_registries']>;

/** A registry as the hub works with it: what the API tells, and where its sealed secret lies. */
export interface StoredRegistry extends Omit<ApplicationRegistry, 'redirectUrl' | 'jwksUrl'> {
  readonly clientSecretSealed: string | null;
  readonly clientSecretVersion: number;
}

/** The tables and columns that secrets of this feature are sealed for. */
export function clientSecretPlace(registryId: string, version: number) {
  return { table: 'application_registries', rowId: registryId, column: 'client_secret', version } as const;
}

export function registryOf(row: RegistryRow): StoredRegistry {
  return {
    id: applicationRegistryId.parse(row.id),
    name: row.name,
    template: row.template,
    application: row.application,
    accessibleFrom: row.accessible_from,
    clientId: row.client_id,
    clientSecretSealed: row.client_secret_sealed,
    clientSecretVersion: row.client_secret_version,
    clientSecretStoredAt: row.client_secret_stored_at?.toISOString() ?? null,
    clientSecretExpiresAt: row.client_secret_expires_at?.toISOString() ?? null,
    publicClient: row.public_client,
    defaultGrantType: row.default_grant_type,
    sendCredentials: row.send_credentials,
    codeChallengeMethod: row.code_challenge_method,
    refreshTokenLifespanSeconds: row.refresh_token_lifespan_seconds,
    extendRefreshTokenExpiry: row.extend_refresh_token_expiry,
    authorizationUrl: row.authorization_url,
    tokenUrl: row.token_url,
    tokenRevocationUrl: row.token_revocation_url,
    issuer: row.issuer,
    authorizationResponseIssParameterSupported: row.iss_parameter_supported,
    redirectUrlMode: row.redirect_url_mode,
    logoUrl: row.logo_url,
    comments: row.comments,
    active: row.active,
    validation: registryValidation.nullable().parse(row.validation),
    createdAt: row.created_at.toISOString(),
    createdBy: actorRef.parse(row.created_by),
    updatedAt: row.updated_at.toISOString(),
    version: row.version,
  };
}

/** What the API tells of it: everything but the secret, which not even an admin gets back. */
export function registryView(registry: StoredRegistry, publicUrl: URL): ApplicationRegistry {
  const { clientSecretSealed: _sealed, clientSecretVersion: _version, ...told } = registry;
  const jwksUrl = new URL(`/oauth_jwks/${registry.id}`, publicUrl.origin).href;
  return { ...told, redirectUrl: redirectUrlOf(registry, publicUrl), jwksUrl };
}

/** From the public address alone, never from a request. @see RFC 6749 §3.1.2 */
export function redirectUrlOf(
  { id, redirectUrlMode }: { id: ApplicationRegistryId; redirectUrlMode: 'plain' | 'distinct' },
  publicUrl: URL,
): string {
  const path = redirectUrlMode === 'plain' ? '/oauth_redirect.do' : `/oauth_redirect.do/${id}`;
  return new URL(path, publicUrl.origin).href;
}

export function endpointsOf(registry: StoredRegistry): OAuthEndpoints {
  return {
    authorizationUrl: registry.authorizationUrl,
    tokenUrl: registry.tokenUrl,
    tokenRevocationUrl: registry.tokenRevocationUrl,
    issuer: registry.issuer,
    isIssuerPromised: registry.authorizationResponseIssParameterSupported,
  };
}

export function providerOf(registry: { template: string }): OAuthProvider {
  return findProvider(registry.template);
}

/** Its name within a sentence: "the provider", "Bitbucket". */
export function nameWithin({ shortName }: Pick<OAuthProvider, 'shortName'>): string {
  return shortName.replace(/^The /, 'the ');
}
