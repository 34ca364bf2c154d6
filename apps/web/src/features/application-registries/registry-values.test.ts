import { applicationRegistryCreate } from '@lockkeeper/contract';
import { describe, expect, it } from 'vitest';
import { checkRegistry, createBody, emptyRegistry, fillFrom } from './registry-values.ts';

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
