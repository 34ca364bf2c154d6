import type { Secret } from '@lockkeeper/vault';

/** An access token that is good for now, and until when. */
export interface AccessToken {
  readonly accessToken: Secret;
  /** Another version is another token. */
  readonly version: number;
  readonly expiresAt: Date;
}
