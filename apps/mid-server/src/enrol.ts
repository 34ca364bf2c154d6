import { agentFingerprint, instanceKeyThumbprint, publicKeySchema } from '@lockkeeper/contract/mid';
import { type Dispatcher, request } from 'undici';
import { z } from 'zod';
import { AgentError } from './agent-error.ts';
import { newAgentKeys } from './agent-keys.ts';
import type { MidServerConfig } from './config.ts';
import {
  type Identity,
  isEnrolled,
  makeDataFolder,
  type PrivateKey,
  readIdentity,
  writeIdentity,
} from './identity.ts';
import { mayCallOrigin, openOutbound } from './outbound.ts';
import { agentHost, agentVersion } from './version.ts';

export interface EnrolOptions extends MidServerConfig {
  readonly instanceUrl: string;
  /** Made by an admin, good for one agent and one hour. */
  readonly token: string;
  /** The host's name when absent. */
  readonly name?: string | undefined;
}

export interface Enrolled {
  readonly midServerId: string;
  readonly name: string;
  readonly fingerprint: string;
}

const answerSchema = z.object({
  id: z.string(),
  name: z.string(),
  fingerprint: z.string(),
  instanceId: z.string(),
  instanceKey: z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: publicKeySchema }),
});
const problemSchema = z.object({ title: z.string(), detail: z.string().optional() });

/**
 * Makes this agent's keys, hands their public halves to the instance and pins the instance's key.
 * @throws AgentError with a line that says what to do; nothing is kept then
 */
export async function enrolMidServer(options: EnrolOptions): Promise<Enrolled> {
  const { dataFolder, token } = options;
  if (isEnrolled(dataFolder)) {
    const { name } = readIdentity(dataFolder);
    throw new AgentError(
      `${dataFolder} already belongs to the MID Server ${name}. Use another folder with --data, or remove this one.`,
    );
  }
  const instanceUrl = instanceOrigin(options);
  makeDataFolder(dataFolder);
  const keys = newAgentKeys();
  const answer = await post(options, instanceUrl, {
    token,
    ...(options.name === undefined ? {} : { name: options.name }),
    host: agentHost(),
    agentVersion: agentVersion(),
    signingKey: publicHalf(keys.signingKey),
    sealingKey: publicHalf(keys.sealingKey),
  });
  const instanceKey = answer.instanceKey.x;
  // The token came from the instance by way of a person: it says which key the instance must have.
  const thumbprint = token.split('.')[1];
  if (thumbprint !== undefined && thumbprint !== (await instanceKeyThumbprint(instanceKey))) {
    throw new AgentError(
      `Somebody between here and ${instanceUrl} answered in its place: its key is not the one the token names. Nothing was kept; the token is used up.`,
    );
  }
  const fingerprint = await agentFingerprint(keys.signingKey.x, keys.sealingKey.x);
  const { id: midServerId, name, instanceId } = answer;
  writeIdentity(dataFolder, { midServerId, name, instanceUrl, instanceId, instanceKey, ...keys });
  return { midServerId, name, fingerprint };
}

/** What an admin compares with what the instance shows. */
export function midServerFingerprint(dataFolder: string): Promise<string> {
  const { signingKey, sealingKey }: Identity = readIdentity(dataFolder);
  return agentFingerprint(signingKey.x, sealingKey.x);
}

const publicHalf = ({ kty, crv, x }: PrivateKey) => ({ kty, crv, x });

function instanceOrigin({ instanceUrl, plainHttpOrigins }: EnrolOptions): string {
  if (!URL.canParse(instanceUrl))
    throw new AgentError(`${instanceUrl} is not a URL. Give the instance's address.`);
  const { origin, protocol } = new URL(instanceUrl);
  if (protocol !== 'https:' && protocol !== 'http:') {
    throw new AgentError(
      'The instance is reached by https. Give an address such as https://lockkeeper.example.',
    );
  }
  if (!mayCallOrigin(origin, plainHttpOrigins)) {
    throw new AgentError(
      `${origin} would be reached without TLS. Use its https address, or name it in LOCKKEEPER_ALLOW_ORIGINS.`,
    );
  }
  return origin;
}

async function post(options: MidServerConfig, instanceUrl: string, body: unknown) {
  const outbound = openOutbound(options, instanceUrl.startsWith('https:') ? 'wss:' : 'ws:');
  try {
    const { statusCode, json } = await send(outbound.dispatcher, instanceUrl, body);
    if (statusCode >= 300) {
      const problem = problemSchema.safeParse(json);
      const reason = problem.success
        ? (problem.data.detail ?? problem.data.title)
        : `it answered with status ${statusCode}`;
      throw new AgentError(`The instance did not enrol this MID Server: ${reason}`);
    }
    const answer = answerSchema.safeParse(json);
    if (!answer.success)
      throw new AgentError(`${instanceUrl} is not a Lockkeeper instance, or one of another version.`);
    return answer.data;
  } finally {
    await outbound.close();
  }
}

async function send(dispatcher: Dispatcher, instanceUrl: string, body: unknown) {
  try {
    const answer = await request(`${instanceUrl}/api/v1/mid-servers/enrol`, {
      dispatcher,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      headersTimeout: 15_000,
    });
    const text = await answer.body.text();
    return { statusCode: answer.statusCode, json: parseJson(text) };
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no answer';
    throw new AgentError(
      `The instance at ${instanceUrl} cannot be reached (${code}). Is it running, and is a proxy needed?`,
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
