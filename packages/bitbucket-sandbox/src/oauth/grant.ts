/** Whom a token stands for. */
export type Subject =
  | { readonly kind: 'user'; readonly userUuid: string }
  /** The consumer itself, by client credentials; it reaches its own workspace only. */
  | { readonly kind: 'app_user'; readonly consumerKey: string; readonly workspaceSlug: string };

/** A consent. Permissions that the consumer gains later are not part of it. */
export interface Grant {
  readonly id: number;
  readonly consumerKey: string;
  readonly subject: Subject;
  readonly scopes: readonly string[];
  readonly grantedOn: Date;
}

export interface AuthorizationCode {
  readonly grant: Grant;
  /** As sent to the authorization endpoint; undefined if it was not sent. */
  readonly redirectUri: string | undefined;
  readonly codeChallenge: string | undefined;
  readonly expiresAt: Date;
}

export interface AccessToken {
  readonly grant: Grant;
  /** Of more than 2,500 characters. */
  readonly isLong: boolean;
  readonly expiresAt: Date;
}
