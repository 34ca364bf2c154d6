import type { OAuthProvider } from '../provider.ts';

/** A provider that follows the standards and of which nothing else is known. */
export const generic: OAuthProvider = {
  key: 'generic',
  label: 'Another provider',
  shortName: 'The provider',
  authorizationUrl: '',
  tokenUrl: '',
  tokenRevocationUrl: null,
  clientAuthentication: 'client_secret_basic',
  words: {
    application: 'OAuth client',
    clientId: 'Client ID',
    clientSecret: 'Client Secret',
    callbackUrl: 'redirect URI',
    path: [],
    help: 'Register this instance at the provider with the Redirect URL below, and copy the client id and the client secret.',
    helpUrl: null,
    redirectUrlHint: 'Register exactly this address at the provider as redirect URI.',
  },
  tokenPath: null,
  wantsPlainRedirectUrl: false,
  scopeSeparator: ' ',
  scopeMembers: ['scope'],
  permissions: [],
  validatesOnSave: true,
  refreshTokenInactivityMs: null,
  refreshTokenGraceMs: 0,
  accessTokenLifeMs: 60 * 60_000,
  errorMeanings: {},
  deadRefreshToken: null,
  authorizationRefusals: [],
};
