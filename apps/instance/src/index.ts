export type { KeyReport } from '@lockkeeper/hub';
export { withAccessAdmin } from './access-admin.ts';
export { type RunningInstance, startInstance } from './instance.ts';
export { type KeyAdmin, withKeyAdmin } from './key-admin.ts';
export { runInstance } from './run-instance.ts';
export { explainStartError } from './start-problem.ts';
