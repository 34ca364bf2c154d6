import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { AgentError } from './agent-error.ts';

/** What an agent is started with. Everything it learns at enrolment is in its data folder instead. */
export interface MidServerConfig {
  readonly dataFolder: string;
  /** HTTP proxy for the instance and for the tools. */
  readonly proxyUrl?: string | undefined;
  /** PEM certificates that are trusted besides the usual ones. */
  readonly extraCa?: string | undefined;
  /** A file that restricts methods and paths; when it is named, what it does not list is denied. */
  readonly allowListFile?: string | undefined;
  /** Origins that may be called without TLS although they are not on this machine. */
  readonly plainHttpOrigins: readonly string[];
  readonly logLevel: LogLevel;
}

const logLevel = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']);
export type LogLevel = z.infer<typeof logLevel>;

const environment = z.object({
  LOCKKEEPER_MID_DATA: z.string().min(1).optional(),
  LOCKKEEPER_MID_PROXY: z.url({ protocol: /^https?$/ }).optional(),
  LOCKKEEPER_MID_CA_FILE: z.string().min(1).optional(),
  LOCKKEEPER_MID_ALLOW_LIST: z.string().min(1).optional(),
  LOCKKEEPER_ALLOW_ORIGINS: z.string().default(''),
  LOCKKEEPER_LOG_LEVEL: logLevel.default('info'),
});

/** @throws AgentError naming the variable that is wrong */
export function midServerConfigFrom(env: Readonly<Record<string, string | undefined>>): MidServerConfig {
  // An empty variable counts as one that is not set.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new AgentError(`${issue?.path.join('.')} is not valid: ${issue?.message}`);
  }
  const {
    LOCKKEEPER_MID_DATA: data,
    LOCKKEEPER_MID_CA_FILE: caFile,
    LOCKKEEPER_MID_ALLOW_LIST: allowList,
  } = parsed.data;
  return {
    dataFolder: resolve(data ?? join(homedir(), '.lockkeeper', 'mid-server')),
    proxyUrl: parsed.data.LOCKKEEPER_MID_PROXY,
    extraCa: caFile === undefined ? undefined : readCa(caFile),
    allowListFile: allowList,
    plainHttpOrigins: parsed.data.LOCKKEEPER_ALLOW_ORIGINS.split(/[\s,]+/).filter((origin) => origin !== ''),
    logLevel: parsed.data.LOCKKEEPER_LOG_LEVEL,
  };
}

function readCa(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new AgentError(`LOCKKEEPER_MID_CA_FILE names ${file}, which cannot be read.`);
  }
}
