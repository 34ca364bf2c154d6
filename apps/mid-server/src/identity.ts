import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publicKeySchema } from '@lockkeeper/contract/mid';
import { z } from 'zod';
import { AgentError } from './agent-error.ts';

const privateKey = z.object({
  kty: z.literal('OKP'),
  crv: z.enum(['Ed25519', 'X25519']),
  x: publicKeySchema,
  d: z.base64url().length(43),
});
export type PrivateKey = z.infer<typeof privateKey>;

const identitySchema = z.object({
  midServerId: z.string(),
  name: z.string(),
  instanceUrl: z.url(),
  instanceId: z.string(),
  /** Pinned: only who holds its private half is the instance, whatever TLS says. */
  instanceKey: publicKeySchema,
  signingKey: privateKey,
  sealingKey: privateKey,
  /** Made on demand; they count as soon as the instance says that it knows them, and not before. */
  next: z.object({ signingKey: privateKey, sealingKey: privateKey }).optional(),
});
/** Who this agent is and whom it serves: the only thing it ever writes to disk. */
export type Identity = z.infer<typeof identitySchema>;

const fileIn = (dataFolder: string) => join(dataFolder, 'identity.json');

export function isEnrolled(dataFolder: string): boolean {
  return existsSync(fileIn(dataFolder));
}

/** @throws AgentError when there is none, it cannot be read or is not one */
export function readIdentity(dataFolder: string): Identity {
  if (!isEnrolled(dataFolder)) {
    throw new AgentError(
      `This MID Server is not enrolled. Make a token in the instance (MID Servers > Enrolment), then run: lockkeeper mid-server enrol --instance URL --token TOKEN --data ${dataFolder}`,
    );
  }
  let text: string;
  try {
    text = readFileSync(fileIn(dataFolder), 'utf8');
  } catch {
    throw new AgentError(`${fileIn(dataFolder)} cannot be read by this user.`);
  }
  const parsed = identitySchema.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new AgentError(`${fileIn(dataFolder)} is damaged. Remove it and enrol this MID Server again.`);
  }
  return parsed.data;
}

/** Written whole or not at all, and readable by this user alone. */
export function writeIdentity(dataFolder: string, identity: Identity): void {
  const file = fileIn(dataFolder);
  const unfinished = `${file}.${process.pid}.new`;
  makeDataFolder(dataFolder);
  writeFileSync(unfinished, `${JSON.stringify(identity, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(unfinished, file);
}

/** @throws AgentError when the folder cannot be made or written */
export function makeDataFolder(dataFolder: string): void {
  try {
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    chmodSync(dataFolder, 0o700);
  } catch {
    throw new AgentError(
      `The data folder ${dataFolder} cannot be made or written. Name another with --data.`,
    );
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
