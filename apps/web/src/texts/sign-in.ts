/** Words of the pages before somebody is signed in. */
export const signInTexts = {
  signIn: 'Sign in',
  signInWith: (label: string) => `Sign in with ${label}`,
  or: 'or',
  refusedTitle: 'You were not signed in.',
  refused: {
    expired: 'The sign-in took too long, or began in another browser. Begin again here.',
    provider:
      'Your organisation’s sign-in was cancelled, or answered something that cannot be trusted. Try again.',
    email_domain: 'Your e-mail address belongs to a domain that is not let in here.',
    email_unverified:
      'Your organisation’s sign-in does not vouch for your e-mail address. Ask whoever runs it.',
    no_role: 'Your organisation’s sign-in gives you no role here. Ask an administrator.',
    inactive: 'Your account here is not active. Ask an administrator.',
    not_confirmed: 'Somebody else signed in, or nobody signed in anew: nothing was confirmed.',
  },
  confirmed: 'Confirmed',
  confirmedLead: 'You can close this window and go on where you were.',
  email: 'E-mail',
  password: 'Password',
  name: 'Name',
  secondFactor: 'One more step',
  secondFactorLead: 'Your account has a second factor.',
  code: 'Code',
  codeHelp: 'Six digits from your authenticator app, or a recovery code.',
  forgotten: 'Forgotten your password? An administrator can send you a new link under Users and Roles.',
  setUp: 'Set up Lockkeeper',
  setUpLead: 'This link makes you the person of this account. It works once.',
  setUpAction: 'Create the account and sign in',
  passwordHelp: 'At least 12 characters. A sentence is good; rules about digits and signs are not made here.',
  linkMissing: 'The set-up link is needed',
  linkMissingText:
    'This instance has no administrator yet. Whoever started it finds a one-time link in its log: open that link here.',
  linkMissingAlternative: 'Already set up?',
} as const;
