export { withAccessAdmin } from './access-admin.ts';
export { type Config, ConfigError, readConfig } from './config.ts';
export { freePort } from './free-port.ts';
export { type RunningInstance, startInstance } from './instance.ts';
export { runInstance } from './run-instance.ts';
export { runUntilSignal } from './run-until-signal.ts';
export { explainStartError } from './start-problem.ts';
