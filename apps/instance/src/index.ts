export type { KeyReport, RestoredToken } from '@lockkeeper/hub';
export { withAccessAdmin } from './access-admin.ts';
export { makeBackup, restoreFromBackup, showRestoredTokens } from './backup-admin.ts';
export { type RunningInstance, startInstance } from './instance.ts';
export { type KeyAdmin, withKeyAdmin } from './key-admin.ts';
export { runInstance } from './run-instance.ts';
export { explainStartError } from './start-problem.ts';
