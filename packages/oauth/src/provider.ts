import type { ClientAuthenticationMethod } from './client.ts';
import type { OAuthErrorCode } from './oauth-error.ts';

/** One thing that can be granted, in the provider's words. */
export interface ProviderPermission {
  readonly scope: string;
  /** As on the provider's screen: `Webhooks: Read and write`. */
  readonly label: string;
  /** What is missing without it. */
  readonly purpose: string;
  /** Other scopes that contain this one. */
  readonly impliedBy: readonly string[];
}

/**
 * An authorization server we know, as data: an object literal in `providers/`. Whatever differs between providers is
 * a member here, never an `if` elsewhere.
 */
export interface OAuthProvider {
  readonly key: string;
  readonly label: string;
  /** Its name in sentences: "Bitbucket refused the client secret". */
  readonly shortName: string;
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly tokenRevocationUrl: string | null;
  readonly clientAuthentication: ClientAuthenticationMethod;
  /** Words and places on the provider's screens. */
  readonly words: {
    readonly application: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly callbackUrl: string;
    /** The box that keeps users from outside out. */
    readonly privateSwitch: string | null;
    /** Steps to the place where the application is registered, outermost first. */
    readonly path: readonly string[];
    readonly help: string;
    readonly helpUrl: string | null;
    readonly redirectUrlHint: string;
  };
  /** A token URL that ends so is this provider's, also at another address (a test server, an own domain). */
  readonly tokenPath: string | null;
  /** Takes one callback URL for all of us, so its registries answer on the plain Redirect URL. */
  readonly wantsPlainRedirectUrl: boolean;
  readonly scopeSeparator: string;
  /** Names of the member that tells the granted scopes, the first present one counts. */
  readonly scopeMembers: readonly string[];
  readonly permissions: readonly ProviderPermission[];
  /** Ask with a dummy code whether the client is accepted each time a registry is saved, or only on demand. */
  readonly validatesOnSave: boolean;
  /** An unused refresh token dies after this. `null`: the registry's own Refresh Token Lifespan counts. */
  readonly refreshTokenInactivityMs: number | null;
  /** A rotated refresh token still works for about this long. */
  readonly refreshTokenGraceMs: number;
  /** Life of an access token where the answer does not say. */
  readonly accessTokenLifeMs: number;
  /** What the provider's `error` means here where it differs from the standard. */
  readonly errorMeanings: Readonly<Record<string, OAuthErrorCode>>;
  /**
   * Errors that are also the answer to a dead refresh token, though they say something else. Only this many refusals
   * over this long mean that the grant is gone.
   */
  readonly deadRefreshToken: {
    readonly errors: readonly string[];
    readonly refusals: number;
    readonly overMs: number;
  } | null;
  /** What the authorization endpoint says on a page of its own, or as error, and what it means. */
  readonly authorizationRefusals: readonly {
    readonly pattern: RegExp;
    readonly code: AuthorizationRefusalCode;
  }[];
}

export type AuthorizationRefusalCode = 'redirect_uri_mismatch' | 'client_unknown' | 'application_private';
