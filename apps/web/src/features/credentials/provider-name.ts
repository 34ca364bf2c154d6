import type { Credential } from '@lockkeeper/contract';

/** What people call the authorization server: a known one by its name, another by its registry's. */
export function providerName({ profile }: Pick<Credential, 'profile'>): string {
  return profile.template === 'bitbucket-cloud' ? 'Bitbucket' : profile.applicationRegistryName;
}
