import { isIP, isIPv6 } from 'node:net';
import path from 'node:path';
import type { SingleSignOn } from '@lockkeeper/hub';
import { z } from 'zod';
import { readSingleSignOn, ssoEnvironment } from './single-sign-on-config.ts';

const defaultPort = 7400;

/** Everything the environment says about one instance. Read once, at the start. */
export interface Config {
  publicUrl: URL;
  instanceName: string;
  host: string;
  port: number;
  /** Absolute. */
  dataFolder: string;
  /** Absent: the embedded database below the data folder. */
  databaseUrl: string | undefined;
  /** Not judged yet; see `master-key.ts`. */
  masterKey: string | undefined;
  /** Former ones, separated by commas; not judged yet. */
  previousMasterKeys: string | undefined;
  allowOrigins: string[];
  trustedProxies: string[];
  tls: { certFile: string; keyFile: string } | undefined;
  /** Absolute. PEM certificates that are trusted of authorization servers besides the usual ones. */
  caFile: string | undefined;
  logLevel: z.infer<typeof logLevel>;
  singleSignOn: SingleSignOn | undefined;
  /** Absent: unused credentials are listed, and that is all. */
  disableUnusedAfterDays: number | undefined;
}

/** Each line names a variable, says what is wrong with it and what it should look like. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
    this.lines = lines;
  }
}

const logLevel = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
  error: 'must be one of trace, debug, info, warn, error, fatal, silent',
});

const port = z
  .string()
  .regex(/^\d+$/, 'must be a number from 0 to 65535')
  .transform(Number)
  .refine((number) => number <= 65_535, 'must be a number from 0 to 65535');

/** They are listed after 90 days; whoever has them disabled gets some time to look at the list. */
const disableUnusedAfterDays = z
  .string()
  .regex(/^\d{1,4}$/, 'must be a number of days, from 91 to 9999')
  .transform(Number)
  .refine((days) => days > 90, 'must be a number of days, from 91 to 9999');

const databaseUrl = z
  .string()
  .refine(
    (text) => /^postgres(ql)?:\/\//.test(text) && URL.canParse(text.replace('@/', '@localhost/')),
    'must look like postgresql://user:password@host:5432/database',
  );

const publicUrl = z
  .string()
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
    error: 'must be an address such as https://lockkeeper.example.com',
    abort: true,
  })
  .transform((text) => new URL(text))
  .refine((url) => url.pathname === '/' && !url.search && !url.hash && !url.username, {
    error: 'must be an origin, without a path, a query or a user: https://lockkeeper.example.com',
    abort: true,
  })
  .refine((url) => url.protocol === 'https:' || isLoopback(url.hostname), {
    error: 'must begin with https://; http:// is for this machine only (http://localhost:7400)',
  });

const origin = z
  .string()
  .refine(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text,
    'must be exact origins such as http://127.0.0.1:7401, separated by commas',
  );

const proxy = z
  .string()
  .refine(isAddressOrBlock, 'must be addresses or blocks such as 10.0.0.0/8, separated by commas');

const environment = z.object({
  LOCKKEEPER_PUBLIC_URL: publicUrl.optional(),
  LOCKKEEPER_INSTANCE_NAME: z.string().max(60, 'must have at most 60 characters').default('Lockkeeper'),
  LOCKKEEPER_HOST: z.string().default('127.0.0.1'),
  LOCKKEEPER_PORT: port.default(defaultPort),
  LOCKKEEPER_DATA: z.string().default('.lockkeeper'),
  DATABASE_URL: databaseUrl.optional(),
  LOCKKEEPER_MASTER_KEY: z.string().optional(),
  LOCKKEEPER_PREVIOUS_MASTER_KEYS: z.string().optional(),
  LOCKKEEPER_ALLOW_ORIGINS: list(origin),
  LOCKKEEPER_TRUSTED_PROXIES: list(proxy),
  LOCKKEEPER_TLS_CERT: z.string().optional(),
  LOCKKEEPER_TLS_KEY: z.string().optional(),
  LOCKKEEPER_CA_FILE: z.string().optional(),
  LOCKKEEPER_LOG_LEVEL: logLevel.default('info'),
  LOCKKEEPER_DISABLE_UNUSED_AFTER_DAYS: disableUnusedAfterDays.optional(),
  ...ssoEnvironment,
});

/**
 * Reads the environment; an empty variable counts as one that is not set.
 * @param folder relative paths start here
 * @throws ConfigError with a line for each variable that is wrong
 */
export function readConfig(variables: NodeJS.ProcessEnv, folder: string): Config {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value?.trim()));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map(({ path: [name], message }) => `${String(name)} ${message}`),
    );
  }
  const values = parsed.data;
  const sso = readSingleSignOn(values);
  if ('missing' in sso) {
    throw new ConfigError(sso.missing.map((name) => `${name} must be set too, for single sign-on`));
  }
  const tls = readTls(values.LOCKKEEPER_TLS_CERT, values.LOCKKEEPER_TLS_KEY, folder);
  return {
    publicUrl: values.LOCKKEEPER_PUBLIC_URL ?? localUrl(values.LOCKKEEPER_PORT, tls !== undefined),
    instanceName: values.LOCKKEEPER_INSTANCE_NAME,
    host: values.LOCKKEEPER_HOST,
    port: values.LOCKKEEPER_PORT,
    dataFolder: path.resolve(folder, values.LOCKKEEPER_DATA),
    databaseUrl: values.DATABASE_URL,
    masterKey: values.LOCKKEEPER_MASTER_KEY,
    previousMasterKeys: values.LOCKKEEPER_PREVIOUS_MASTER_KEYS,
    allowOrigins: values.LOCKKEEPER_ALLOW_ORIGINS,
    trustedProxies: values.LOCKKEEPER_TRUSTED_PROXIES,
    tls,
    caFile: values.LOCKKEEPER_CA_FILE && path.resolve(folder, values.LOCKKEEPER_CA_FILE),
    logLevel: values.LOCKKEEPER_LOG_LEVEL,
    singleSignOn: sso.singleSignOn,
    disableUnusedAfterDays: values.LOCKKEEPER_DISABLE_UNUSED_AFTER_DAYS,
  };
}

function readTls(cert: string | undefined, key: string | undefined, folder: string): Config['tls'] {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined)
    throw new ConfigError(['LOCKKEEPER_TLS_CERT must be set together with LOCKKEEPER_TLS_KEY']);
  if (key === undefined)
    throw new ConfigError(['LOCKKEEPER_TLS_KEY must be set together with LOCKKEEPER_TLS_CERT']);
  return { certFile: path.resolve(folder, cert), keyFile: path.resolve(folder, key) };
}

function localUrl(onPort: number, secure: boolean): URL {
  return new URL(`${secure ? 'https' : 'http'}://localhost:${onPort}`);
}

/** A list in one variable, separated by commas. */
function list(item: z.ZodType<string, string>) {
  return z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean),
    )
    .pipe(z.array(item));
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function isAddressOrBlock(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  if (!isIP(address) || rest.length > 0) return false;
  return bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= (isIPv6(address) ? 128 : 32));
}
