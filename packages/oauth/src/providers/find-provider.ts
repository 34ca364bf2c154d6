import type { OAuthProvider } from '../provider.ts';
import { bitbucketCloud } from './bitbucket-cloud.ts';
import { generic } from './generic.ts';

/** Every provider we know, in the order in which they are offered. A newcomer is added here. */
export const oauthProviders: readonly OAuthProvider[] = [bitbucketCloud, generic];

/** The provider with this key; the generic one when nobody knows the key. */
export function findProvider(key: string): OAuthProvider {
  return oauthProviders.find((provider) => provider.key === key) ?? generic;
}

/** The provider whose token endpoint this is, so that URLs typed into an empty form get the right treatment. */
export function recogniseProvider(tokenUrl: string): OAuthProvider {
  const path = URL.canParse(tokenUrl) ? new URL(tokenUrl).pathname : '';
  return oauthProviders.find(({ tokenPath }) => tokenPath !== null && path.endsWith(tokenPath)) ?? generic;
}
