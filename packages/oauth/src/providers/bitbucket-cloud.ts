import type { OAuthProvider } from '../provider.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export const bitbucketCloud: OAuthProvider = {
  key: 'bitbucket-cloud',
  label: 'Bitbucket Cloud',
  shortName: 'Bitbucket',
  authorizationUrl: 'https://bitbucket.org/site/oauth2/authorize',
  tokenUrl: 'https://bitbucket.org/site/oauth2/access_token',
  // Documents no revocation endpoint: a user revokes in Bitbucket's own settings.
  tokenRevocationUrl: null,
  // The documented form; the secret in the body was only ever seen in other people's code.
  clientAuthentication: 'client_secret_basic',
  words: {
    application: 'OAuth consumer',
    clientId: 'Key',
    clientSecret: 'Secret',
    callbackUrl: 'Callback URL',
    privateSwitch: 'This is a private consumer',
    path: ['Workspace settings', 'OAuth consumers'],
    help: 'In Bitbucket, open Workspace settings > OAuth consumers, add a consumer with the Callback URL below, and copy its Key and Secret.',
    helpUrl: 'https://support.atlassian.com/bitbucket-cloud/docs/use-oauth-on-bitbucket-cloud/',
    redirectUrlHint:
      'It should match the User authorization callback URL previously provided in your Bitbucket Cloud configuration',
  },
  tokenPath: '/site/oauth2/access_token',
  wantsPlainRedirectUrl: true,
  scopeSeparator: ' ',
  // Renamed on 4 May 2026 (CHANGE-3052); consumers may not have moved all at once.
  scopeMembers: ['scope', 'scopes'],
  permissions: [
    {
      scope: 'account',
      label: 'Account: Read',
      purpose: 'tells who consented and which workspaces there are',
      impliedBy: ['account:write'],
    },
    {
      scope: 'project',
      label: 'Projects: Read',
      purpose: 'lists projects and their repositories',
      impliedBy: ['project:write'],
    },
    {
      scope: 'webhook',
      label: 'Webhooks: Read and write',
      purpose: 'creates and heals the webhooks that report changes',
      impliedBy: [],
    },
    {
      scope: 'pullrequest',
      label: 'Pull requests: Read',
      purpose: 'reads pull requests and reports their changes',
      impliedBy: ['pullrequest:write'],
    },
  ],
  // A refused request was seen to lock a consumer for minutes.
  validatesOnSave: false,
  refreshTokenInactivityMs: 90 * DAY,
  refreshTokenGraceMs: 10 * MINUTE,
  accessTokenLifeMs: 60 * MINUTE,
  errorMeanings: { unauthorized_client: 'client_refused' },
  deadRefreshToken: { errors: ['unauthorized_client'], refusals: 3, overMs: 15 * MINUTE },
  authorizationRefusals: [
    { pattern: /invalid redirect_uri|no callback uri defined/i, code: 'redirect_uri_mismatch' },
    { pattern: /invalid client_id|unknown (oauth )?consumer/i, code: 'client_unknown' },
    { pattern: /private consumer|consumer is private/i, code: 'application_private' },
  ],
};
