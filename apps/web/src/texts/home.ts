/** Words of Home. */
export const homeTexts = {
  title: 'Home',
  live: 'Live',
  reconnecting: 'Reconnecting; what you see may be old',
  needsYou: 'Needs you',
  nothingNeedsYou: 'Nothing needs you now.',
  needsAuthorization: (name: string) => `${name} needs authorization`,
  needsAuthorizationWhy:
    'The provider no longer accepts its refresh token. Calls with it fail until somebody consents.',
  noToken: (name: string) => `${name} has no token yet`,
  noTokenWhy: 'It is saved. Consent once, and the token is renewed by itself from then on.',
  waitsForValidation: (name: string) => `MID Server ${name} waits for validation`,
  waitsForValidationWhy: 'It gets no work and no token until you compare its fingerprint.',
  endsOn: (name: string, endsAt: string) =>
    `${name}: something ends on ${endsAt.slice(0, 16).replace('T', ' ')} UTC`,
  open: 'Open',
  disconnected: (name: string) => `${name} is disconnected`,
  disconnectedWhy: 'Its repositories are not read. Open it and Connect to see why.',
  getToken: 'Get OAuth Token',
  compare: 'Compare and validate',
  openTool: 'Open the tool',
  credentials: 'Credentials',
  midServers: 'MID Servers',
  tools: 'Tools',
  none: 'None yet',
  tokens: 'Tokens, most urgent first',
  allCredentials: 'All credentials',
  credential: 'Credential',
  state: 'State',
  life: 'Life',
  expires: 'Expires',
  recentAudit: 'Recent audit',
  allEntries: 'All entries',
  all: 'All',

  emptyOver: 'Nothing is connected yet',
  emptyTitle: 'Connect Bitbucket Cloud',
  emptyText:
    'Five steps, about five minutes. You need a Bitbucket account that may add an OAuth consumer in a workspace. Nobody’s password is involved.',
  emptyFirst: 'Register it here',
  emptySecond: 'Create the credential',
  stages: [
    'Add a consumer in Bitbucket',
    'Register it here',
    'Get OAuth Token',
    'Enrol a MID Server',
    'Connect and choose repositories',
  ],
  partTitle: 'Or start with one part',
  parts: {
    registry: [
      'Register another provider',
      'Any OAuth 2.0 authorization server with an authorization and a token URL.',
    ],
    midServer: [
      'Enrol a MID Server',
      'Calls to your tools leave from your network. One command on one host.',
    ],
    people: ['Invite people', 'Each with a role. Nobody’s password is ever chosen by somebody else.'],
  },
  turnsInto: 'This page turns into the health overview when the first credential is saved.',

  unused: (count: number) =>
    count === 1 ? 'One token was not used for 90 days' : `${count} tokens were not used for 90 days`,
  unusedWhy: 'What nobody uses can only be stolen: revoke it, or delete its credential.',
  look: 'Look at them',

  clockOff: (seconds: number) =>
    `The clock of this instance’s machine is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} the database’s.`,
  clockOffWhy:
    'Tokens go by the database’s clock and are not harmed. Codes of authenticator apps are refused beyond half a minute, and certificates may look expired: start time synchronisation on that machine.',

  canaryUsed: (credential: string, actor: string) => `The canary ${credential} was used by ${actor}.`,
  canaryWhy:
    'Nobody is meant to use it, so somebody has found what they should not know. Revoke what that user holds.',
  canaryTimes: (count: number) => (count === 1 ? 'Once,' : `${count} times, last`),
  canaryHistory: 'What else they did',
  acknowledge: 'Acknowledge',
} as const;
