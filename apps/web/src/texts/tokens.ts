/** Words of Manage Tokens, of revoking and of its report. */
export const tokenTexts = {
  group: 'System OAuth',
  list: 'Manage Tokens',
  empty: 'There are no tokens yet. A token arrives when somebody consents with Get OAuth Token.',
  toCredentials: 'Open Credentials',
  searchLabel: 'Filter by credential',

  credential: 'Credential',
  registry: 'Application Registry',
  state: 'State',
  expires: 'Expires',
  ends: 'Ends unless used',
  scopesAsked: 'Scopes asked',
  scopesGranted: 'Scopes granted',
  asTicked: 'As ticked at the provider',
  lastUse: 'Last use',
  lastRefresh: 'Last refresh',
  grantedAt: 'Granted',
  tools: 'Tools',
  atProvider: 'At the provider',
  never: 'Never',
  unused: (days: number) => `Unused for ${days} days`,
  expiring: (days: number) => `Ends within ${days} days`,

  revoke: 'Revoke…',
  revokeVerb: 'Revoke',
  revokeTitle: (count: number) => `Revoke ${count === 1 ? 'one token' : `${count} tokens`}`,
  revokeBody:
    'They end here at once, and calls with these credentials fail until somebody consents again. Their providers are told afterwards, until each has answered; a report shows how that goes. The credentials stay.',
  revokeMany: 'Revoke many…',
  revokeManyTitle: 'Revoke many tokens',
  revokeManyOf: 'Which tokens',
  everyToken: 'Every token of this instance',
  ofRegistry: 'All tokens of one Application Registry',
  registryNeeded: 'Application Registry must be chosen, or every token of this instance',
  count: (count: number) =>
    count === 0
      ? 'No token is left to revoke.'
      : count === 1
        ? 'One token ends.'
        : `${count.toLocaleString('en')} tokens end.`,

  revocations: 'Revocations',
  revocationsEmpty: 'No token was revoked yet.',
  reportTitle: 'Revocation report',
  reportOf: (name: string, time: string) => `${time} UTC, by ${name}.`,
  reportDone: (total: number) =>
    total === 1 ? 'The token ended here.' : `All ${total.toLocaleString('en')} tokens ended here.`,
  progress: 'Providers that have answered',
  pending: 'Waiting',
  revoked: 'Confirmed',
  localOnly: 'Local only',
  failed: 'Failed',
  ofSome: (word: string, count: number, total: number) =>
    `${word}: ${count.toLocaleString('en')} of ${total.toLocaleString('en')}`,
  failedTitle: (count: number) =>
    count === 1
      ? 'One provider did not revoke a token.'
      : `${count} tokens were not revoked at their provider.`,
  localOnlyTitle: (count: number) =>
    count === 1
      ? 'One token ended here only: its provider offers no revocation.'
      : `${count} tokens ended here only: their providers offer no revocation.`,
  localOnlyWhat: 'Revoke the access there by hand.',
  repeat: 'Try again',
  repeated: 'The providers are asked again',
  repeatableUntil: 'Can be tried again until',
  attempts: (count: number) => (count === 1 ? 'one request' : `${count} requests`),
  nextAttempt: 'Next attempt',
  noneOfThese: 'None.',
  showingFirst: (shown: number, total: number) => `The first ${shown} of ${total.toLocaleString('en')}.`,
  reasons: {
    chosen: 'Chosen tokens',
    matching: 'All that matched a filter',
    all: 'Every token',
    one: 'One token',
    credential_deleted: 'Its credential was deleted',
    profile_changed: 'Its credential got another profile',
    refreshed_too_late: 'A refresh came after the token had ended',
  },
  reason: 'What was revoked',
  by: 'By',
  at: 'Time',
  total: 'Tokens',
} as const;
