/** Words of the pages before somebody is signed in. */
export const signInTexts = {
  signIn: 'Sign in',
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
