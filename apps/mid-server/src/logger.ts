import { pino } from 'pino';
import type { LogLevel } from './config.ts';

/** What the agent says about itself. Never a token, a body or a query. */
export interface AgentLogger {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

export const silentLogger: AgentLogger = { info() {}, warn() {}, error() {} };

/** JSON lines on standard output, for whoever collects logs. */
export function jsonLogger(level: LogLevel): AgentLogger {
  const logger = pino({ name: 'mid-server', level });
  return {
    info: (message) => logger.info(message),
    warn: (message) => logger.warn(message),
    error: (message) => logger.error(message),
  };
}
