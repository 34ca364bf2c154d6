export { createHub, type Hub, type HubOptions } from './hub.ts';
export { createLogger, type LogOptions } from './log.ts';
