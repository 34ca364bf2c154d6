import { JWT_BEARER, type OAuthEntityProfile } from '@lockkeeper/contract';
import type { OAuthErrorCode } from '@lockkeeper/oauth';
import { nameWithin, providerOf, registryView, type StoredRegistry } from './application-registry.ts';

/** What to change where a grant that needs nobody brought no token. */
export function askRemedies(
  code: OAuthErrorCode,
  registry: StoredRegistry,
  profile: Pick<OAuthEntityProfile, 'name' | 'grantType'>,
  publicUrl: URL,
): string[] {
  const provider = providerOf(registry);
  const { words } = provider;
  const name = nameWithin(provider);
  const isSigned = registry.sendCredentials === 'private_key_jwt';
  const knowsKey = `Check that ${name} knows the public key: it is published at ${registryView(registry, publicUrl).jwksUrl}.`;
  switch (code) {
    case 'client_refused':
      return [
        `Compare the ${words.clientId} at ${name} with the Client ID of ${registry.name}.`,
        ...(isSigned
          ? [knowsKey, `Compare the Issuer of ${registry.name} with the audience that ${name} expects.`]
          : [`Copy the ${words.clientSecret}, replace the Client Secret and Save.`]),
        ...(words.privateSwitch === null ? [] : [`Check that "${words.privateSwitch}" is ticked.`]),
      ];
    case 'invalid_grant':
      return profile.grantType === JWT_BEARER
        ? [
            `On ${profile.name}, compare Assertion issuer, Subject and Audience with what ${name} expects.`,
            knowsKey,
            'Compare the clocks of this machine and of the provider.',
          ]
        : [`Check that ${name} allows Client Credentials for this ${words.application}.`];
    case 'grant_not_allowed':
      return [
        `Check that ${name} allows this grant type for the ${words.application}.`,
        ...(words.privateSwitch === null ? [] : [`Check that "${words.privateSwitch}" is ticked.`]),
      ];
    case 'invalid_scope':
      return [`On ${profile.name}, compare the Scopes with those that ${name} allows.`];
    case 'invalid_target':
      return [`On ${profile.name}, compare the Resources with those that ${name} knows.`];
    case 'timeout':
    case 'provider_unavailable':
    case 'rate_limited':
      return ['Wait a minute.'];
    case 'unreachable':
    case 'address_blocked':
      return [`Check the Token URL of ${registry.name}, and that this instance may reach it.`];
    default:
      return [`Check that the Token URL of ${registry.name} is the token endpoint of ${name}.`];
  }
}
