/** Words of credentials and their tokens. */
export const credentialTexts = {
  group: 'Connections & Credentials',
  list: 'Credentials',
  record: 'OAuth 2.0 Credential',
  empty: 'There are no credentials yet. A credential is what a MID Server proves itself with to a tool.',
  emptyRelated: 'No credential uses this registry yet.',
  newCredential: 'New credential',

  typeQuestion: 'What type of Credentials would you like to create?',
  oauth2: 'OAuth 2.0 Credentials',
  oauth2Description: 'A person consents once, or the grant needs nobody. The token is renewed by itself.',

  section: 'Credential',
  name: 'Name',
  type: 'Type',
  oauth2Type: 'OAuth 2.0',
  order: 'Order',
  orderHelp: 'Where several fit, the lowest wins.',
  profile: 'OAuth Entity Profile',
  profileFacts: (grant: string, scopes: string, isDefault: boolean) =>
    [grant, isDefault ? 'Is default' : '', scopes].filter(Boolean).join(' · '),
  noProfile:
    'There is no profile yet: save an Application Registry first, its default profile is made with it.',
  appliesTo: 'Applies to',
  allMidServers: 'All MID Servers',
  specificMidServers: 'Specific MID Servers',
  midServers: 'MID Servers',
  midServersPlaceholder: 'Choose MID Servers',
  noMidServers: 'No MID Server is enrolled yet.',
  mayUseNow: (names: readonly string[]) =>
    names.length === 0
      ? 'No validated MID Server may use it now.'
      : `${countWord(names.length)} validated ${names.length === 1 ? 'server' : 'servers'} may use it now: ${names.join(', ')}.`,
  midNote:
    'The connection to the Bitbucket tool runs through a MID Server for this credential. The token reaches it sealed and expires there.',
  active: 'Active',
  allowTokenHandOut: 'Allow handing the token out',
  allowTokenHandOutHelp:
    'Off: only calls through MID Servers use the token. On: API keys with the right to it may read it.',
  connectViaMidServer: 'Connect to Auth Server via MID Server',
  connectViaMidServerHelp:
    'For an authorization server that only a MID Server reaches. It passes encrypted bytes on and never sees the client secret or a refresh token. Needs a Token URL that starts with https://, reachable from each MID Server it applies to.',
  connectViaMidServerNone:
    'No MID Server to which this credential applies is Up and Validated. Until one is, Get OAuth Token fails and the token is not renewed.',
  authServer: 'Auth server',
  authServerDirect: 'Directly',
  authServerViaMidServer: 'Via MID Server',
  canary: 'Canary',
  canaryHelp: 'Nobody is meant to use it: any use, or attempt, raises an alarm.',
  afterSaving: 'After saving: Get OAuth Token',
  profileChanges:
    'Another profile discards the token: it belongs to the old one. Then Get OAuth Token again.',

  state: 'State',
  expires: 'Expires',
  tool: 'Tool',
  updated: 'Updated',
  permissions: 'Permissions',
  asked: 'Asked',
  scope: 'Scope',
  granted: 'Granted',
  noPermissions: 'No token yet, so nothing is granted.',
  scopesGranted: 'Scopes granted',
  history: 'History',
  historyEmpty: 'Nothing has happened with its token yet.',

  getToken: 'Get OAuth Token',
  /** Beside the token's sentence; the related link keeps the walkthrough's label to itself. */
  consentAt: (provider: string) => `Consent at ${provider}`,
  askAt: (provider: string) => `Ask ${provider} for a token`,
  getTokenAtOnce: (provider: string) =>
    `Asks ${provider} for a token at once. Nobody has to consent, and it is renewed in the same way.`,
  getTokenNote: (provider: string) =>
    `Opens the consent of ${provider} in a window. The present token stays until a new one arrives.`,
  blockedTitle: 'The browser blocked the window.',
  blockedLink: 'Open the consent page',
  waiting: 'Waiting for consent in the other window. This page shows the token as soon as it arrives.',
  waitingStop: 'Stop waiting',
  arrived: 'The OAuth token arrived',
  refreshNow: 'Refresh now',
  refreshed: 'The token was refreshed',
  revoke: 'Revoke…',
  revokeVerb: 'Revoke',
  revokeTitle: 'Revoke the token',
  revokeBody:
    'Its tokens are deleted here at once, and at the provider where it offers that. Calls with this credential fail until somebody consents again. The credential itself stays.',
  revoked: 'The token was revoked',
  retryAt: 'Tried again',

  applicationRegistry: 'Application Registry',
  toolsThatUseIt: 'Tools that use it',
  used: 'Used',
  lastUse: 'Last use',
  lastRefresh: 'Last refresh',
  refreshToken: 'Refresh token',
  refreshTokenHeld: 'Held',
  refreshTokenNone: 'None',
  needsPerson: 'Get OAuth Token by',
  renewedBy: 'Renewed by',
  scopesMissing: (scopes: string) => `Asked for, but not granted: ${scopes}.`,
  scopesAdded: (scopes: string) => `Granted without being asked for: ${scopes}.`,
  refreshTokenEnds: 'Refresh token dies unused',
  sealedWith: 'Sealed with',

  deleteBody: 'Its token is deleted here. Tools that use it are disconnected. This cannot be undone.',
  deactivate: 'Deactivate',
  bulkDeleteTitle: (count: number) => `Delete ${count === 1 ? 'one credential' : `${count} credentials`}`,
} as const;

function countWord(count: number): string {
  return ['No', 'One', 'Two', 'Three', 'Four', 'Five'][count] ?? String(count);
}
