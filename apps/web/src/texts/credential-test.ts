/** Words of Test credential. */
export const testTexts = {
  title: 'Test credential',
  midServer: 'MID Server',
  midServerOfTool: 'The one that each tool uses',
  refresh: 'Also refresh the token now',
  refreshHelp: 'Shows what the provider answers to it. Without, only what is known from the last refresh.',
  test: 'Test',
  retry: 'Retry',
  running: 'Each step is tried; a tool may take some seconds to answer.',
  passed: 'Passed',
  warning: 'Look at it',
  notChecked: 'Not checked',
  answered: 'Answered',
  outcomes: {
    passed: 'The credential works.',
    warning: 'The credential works, but look at the steps below.',
    failed: 'The credential does not work as it is.',
  },
} as const;
