import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';

/**
 * Names under which secrets travel through our own objects. A net below the rule that nobody logs them; too wide a one
 * (`code`, `state`) would take the words out of errors.
 */
const secretNames = [
  'password',
  'token',
  'secret',
  'clientSecret',
  'accessToken',
  'refreshToken',
  'authorization',
  'cookie',
  'codeVerifier',
];

export interface LogOptions {
  level?: LoggerOptions['level'];
  /** Standard output by default. */
  destination?: DestinationStream;
}

/** JSON lines. Line breaks and terminal escapes in values arrive escaped, because JSON has no raw ones. */
export function createLogger({ level = 'info', destination }: LogOptions = {}): Logger {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
