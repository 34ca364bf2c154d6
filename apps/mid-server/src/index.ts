export { AgentError } from './agent-error.ts';
export { type MidServerConfig, midServerConfigFrom } from './config.ts';
export { type Enrolled, type EnrolOptions, enrolMidServer, midServerFingerprint } from './enrol.ts';
export { followInstance } from './follow-instance.ts';
export { isEnrolled } from './identity.ts';
export { type AgentLogger, jsonLogger, silentLogger } from './logger.ts';
export { type RunningMidServer, runMidServer } from './run.ts';
