import { BackupProblem, EmbeddedPostgresError, KeyProblem, NewerDatabase, VaultError } from '@lockkeeper/hub';
import { type Config, ConfigError } from './config.ts';
import { UnsafeProcess } from './harden-process.ts';

/**
 * What the person who started the instance has to do, a line for each problem; undefined for what nobody foresaw.
 */
export function explainStartError(error: unknown, config: Config | undefined): readonly string[] | undefined {
  if (error instanceof ConfigError) return error.lines;
  if (
    error instanceof EmbeddedPostgresError ||
    error instanceof NewerDatabase ||
    error instanceof KeyProblem ||
    error instanceof BackupProblem ||
    error instanceof UnsafeProcess ||
    error instanceof VaultError
  ) {
    return [error.message];
  }
  if (!config) return undefined;
  const line = explainListen(error, config) ?? explainFile(error, config) ?? explainDatabase(error, config);
  return line === undefined ? undefined : [line];
}

function explainListen(error: unknown, { host, port }: Config): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || error.syscall !== 'listen') return undefined;
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is taken by another program. Stop it, or choose another with LOCKKEEPER_PORT.`;
    case 'EACCES':
      return `Port ${port} may not be used by this user. Choose one from 1024 on with LOCKKEEPER_PORT.`;
    default:
      return `Cannot listen on ${host} (${codeOf(error)}). Put an address of this machine into LOCKKEEPER_HOST.`;
  }
}

function explainFile(error: unknown, { tls, dataFolder }: Config): string | undefined {
  if (!(error instanceof Error) || !('path' in error)) return undefined;
  if (error.path === tls?.certFile)
    return `LOCKKEEPER_TLS_CERT ${tls?.certFile} cannot be read (${codeOf(error)})`;
  if (error.path === tls?.keyFile)
    return `LOCKKEEPER_TLS_KEY ${tls?.keyFile} cannot be read (${codeOf(error)})`;
  if (!String(error.path).startsWith(dataFolder)) return undefined;
  return (
    `The data folder ${dataFolder} cannot be written to (${codeOf(error)}). ` +
    'Change its permissions, or choose another with LOCKKEEPER_DATA.'
  );
}

/** PostgreSQL's own codes (5 characters), and what the network says on the way to it. */
const databaseProblems: Record<string, string> = {
  ECONNREFUSED: 'nothing answers there',
  ENOTFOUND: 'its host is not known',
  EHOSTUNREACH: 'its host cannot be reached',
  ETIMEDOUT: 'it does not answer',
  ENOENT: 'its socket does not exist',
  '28P01': 'it refuses the password',
  '28000': 'it refuses the user',
  '3D000': 'the database does not exist there',
  '42501': 'the user may not create tables there',
  '57P03': 'it is starting or stopping',
  '53300': 'it has no connection left',
};

function explainDatabase(error: unknown, { databaseUrl }: Config): string | undefined {
  const code = codeOf(error);
  const problem = code === undefined ? undefined : databaseProblems[code];
  if (databaseUrl === undefined || problem === undefined) return undefined;
  return `The database of DATABASE_URL cannot be used: ${problem} (${code}). Check the address, or unset it for the embedded one.`;
}

function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
