import { applicationRegistry, applicationRegistryCreate } from '@lockkeeper/contract';
import { describe, expect, it } from 'vitest';
import {
  checkRegistry,
  createBody,
  emptyRegistry,
  fillFrom,
  fillFromMetadata,
  patchBody,
  valuesOf,
  withSecret,
} from './registry-values.ts';

const typed = {
  ...emptyRegistry,
  name: 'My Bitbucket App Provider',
  clientId: 'canary-key',
  clientSecret: 'canary-client-secret-web',
  authorizationUrl: 'https://bitbucket.org/site/oauth2/authorize',
  tokenUrl: 'https://bitbucket.org/site/oauth2/access_token',
};

describe('the form of an Application Registry', () => {
  it('holds the defaults that the contract has', () => {
    const { name, clientId, clientSecret, authorizationUrl, tokenUrl } = typed;
    const defaults = applicationRegistryCreate.parse({
      name,
      clientId,
      clientSecret,
      authorizationUrl,
      tokenUrl,
    });
    expect(applicationRegistryCreate.parse(createBody(typed))).toEqual(defaults);
  });

  it('sends no empty texts and leaves the choice of the Redirect URL to the instance', () => {
    expect(createBody(typed)).toMatchObject({ tokenRevocationUrl: null, issuer: null, logoUrl: null });
    expect(createBody(typed)).not.toHaveProperty('redirectUrlMode');
    expect(createBody({ ...typed, clientSecret: '' })).not.toHaveProperty('clientSecret');
  });

  it('names each required field that is empty', () => {
    expect(Object.keys(checkRegistry(emptyRegistry, false))).toEqual([
      'name',
      'clientId',
      'authorizationUrl',
      'tokenUrl',
      'clientSecret',
    ]);
    expect(checkRegistry({ ...typed, clientSecret: '' }, true)).toEqual({});
    expect(checkRegistry({ ...typed, clientSecret: '', publicClient: true }, false)).toEqual({});
  });

  it('Discover leaves how the client proves itself as it was chosen, where the provider takes that', () => {
    const metadata = {
      issuer: 'https://id.example',
      metadataUrl: 'https://id.example/.well-known/oauth-authorization-server',
      authorizationUrl: null,
      tokenUrl: 'https://id.example/token',
      tokenRevocationUrl: null,
      sendCredentialsSupported: ['client_secret_post' as const, 'private_key_jwt' as const],
      authorizationResponseIssParameterSupported: true,
      scopesSupported: [],
      notes: [],
    };
    const signs = { ...typed, sendCredentials: 'private_key_jwt' as const };
    expect(fillFromMetadata(metadata, signs)).not.toHaveProperty('sendCredentials');
    expect(fillFromMetadata(metadata, typed)).toMatchObject({ sendCredentials: 'client_secret_post' });
    expect(fillFromMetadata(metadata, { ...typed, publicClient: true })).not.toHaveProperty(
      'sendCredentials',
    );
    const unknown = fillFromMetadata({ ...metadata, sendCredentialsSupported: [] }, typed);
    expect(unknown).not.toMatchObject({ sendCredentials: 'client_secret_post' });
  });

  it('a new secret takes no day from the one before, and sends its own, be it the same', () => {
    const day = '2027-01-31';
    const at = '2026-11-25T10:00:00.000Z';
    const stored = applicationRegistry.parse({
      ...applicationRegistryCreate.parse(createBody(typed)),
      id: 'app_01K3ZC8N7QW9V5T2R4M6P8D0XE',
      clientSecretExpiresAt: `${day}T00:00:00.000Z`,
      clientSecretStoredAt: at,
      redirectUrlMode: 'plain',
      redirectUrl: 'https://lockkeeper.test/oauth_redirect.do',
      jwksUrl: 'https://lockkeeper.test/oauth_jwks/app_01K3ZC8N7QW9V5T2R4M6P8D0XE',
      validation: null,
      createdAt: at,
      createdBy: { kind: 'system', id: null, name: 'test' },
      updatedAt: at,
      version: 3,
    });
    const values = valuesOf(stored);
    const replacing = { ...values, ...withSecret('n', values, day) };
    expect(replacing.clientSecretExpiresAt).toBe('');
    expect(patchBody(stored, replacing)).toEqual({
      clientSecret: 'n',
      clientSecretExpiresAt: null,
      version: 3,
    });
    const again = { ...replacing, clientSecretExpiresAt: day };
    expect(patchBody(stored, again)).toMatchObject({ clientSecretExpiresAt: stored.clientSecretExpiresAt });
    // Typing on does not take the day away; giving up the new secret brings the former day back.
    expect({ ...again, ...withSecret('ne', again, day) }.clientSecretExpiresAt).toBe(day);
    expect(withSecret('', replacing, day)).toEqual({ clientSecret: '', clientSecretExpiresAt: day });
  });

  it('fills in what a provider knows and keeps what was typed where it knows nothing', () => {
    const unknown = {
      key: 'generic',
      label: 'Another provider',
      authorizationUrl: '',
      tokenUrl: '',
      tokenRevocationUrl: null,
      sendCredentials: 'client_secret_post' as const,
      clientIdLabel: 'Client ID',
      clientSecretLabel: 'Client Secret',
      help: '',
      helpUrl: null,
      redirectUrlHint: '',
    };
    expect(fillFrom(unknown, typed)).toMatchObject({
      authorizationUrl: typed.authorizationUrl,
      sendCredentials: 'client_secret_post',
    });
  });
});
