import { z } from 'zod';
import { FRAME_TYPE } from './frame.ts';
import { MAX_HEADERS, MAX_SESSIONS } from './limits.ts';
import { ProtocolError } from './protocol-error.ts';

const id = z.string().min(1).max(64);
/** 32 random bytes. */
const nonce = z.base64url().length(43);
/** A raw Ed25519 or X25519 public key: 32 bytes. */
export const publicKeySchema = z.base64url().length(43);
/** An Ed25519 signature: 64 bytes. */
const signature = z.base64url().length(86);
const timeMs = z.int().nonnegative();
/** Of one process among all on a database: its host and a number. */
const instanceName = z.string().max(320);

/** Agent: who I am, my nonce, my clock. */
export const helloSchema = z.object({
  midServerId: id,
  nonce,
  timeMs,
  version: z.string().max(32),
  host: z.string().max(253),
  /** The jobs it can do; an agent of before there was a second one does not say. */
  jobs: z.array(z.string().max(32)).max(16).default(['rest']),
  /** Where it has a session already. Such an instance does not open a second one. */
  sessionsAt: z.array(instanceName).max(MAX_SESSIONS).default([]),
});
/** Instance: who I am, my nonce and clock, the key I know you by, and my signature over both sides' nonces. */
export const challengeSchema = z.object({
  instanceId: id,
  nonce,
  timeMs,
  agentKey: publicKeySchema,
  signature,
});
/** Agent: my signature over the same, made only after the instance's was verified. */
export const proofSchema = z.object({ signature });

export const agentStateSchema = z.enum(['ready', 'held', 'paused']);
export type AgentState = z.infer<typeof agentStateSchema>;
export const welcomeSchema = z.object({
  sessionId: id,
  state: agentStateSchema,
  heartbeatMs: z.int().min(100).max(600_000),
  /** One of before there could be several does not say. */
  instance: instanceName.default(''),
});
export const stateSchema = z.object({ state: agentStateSchema });
/**
 * `sentAtMs` comes back unchanged; the answer adds the agent's clock. An agent has a session at each of `instances`, so
 * that a call is made from whichever it arrives at.
 */
export const pingSchema = z.object({ sentAtMs: z.number(), instances: z.int().positive().default(1) });
export const pongSchema = z.object({ sentAtMs: z.number(), timeMs, holds: z.int().nonnegative() });
export const drainSchema = z.object({});
/**
 * The `Authorization` value of one credential for one origin, as a compact JWE that only the agent's sealing key
 * opens. Agent, credential, origin and end are bound into it: no other origin ever sees it.
 */
export const grantSchema = z.object({
  grantId: id,
  credentialId: id,
  origin: z.url().max(2048),
  sealed: z.string().max(65_536),
});
export const revokeSchema = z.object({ grantId: id });
/** Instance: make new keys. */
export const rekeySchema = z.object({});
/** Agent: my new public keys, signed with the key that I am known by. */
export const rekeyedSchema = z.object({
  signingKey: publicKeySchema,
  sealingKey: publicKeySchema,
  signature,
});

const headers = z
  .record(z.string().max(256), z.string().max(32_768))
  .refine((all) => Object.keys(all).length <= MAX_HEADERS, 'too many headers');
export type Headers = z.infer<typeof headers>;

/** One call to a tool's REST API. */
const openRestSchema = z.object({
  job: z.literal('rest'),
  grantId: id,
  origin: z.url().max(2048),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']),
  path: z.string().startsWith('/').max(8192),
  query: z.string().max(32_768),
  headers,
  timeoutMs: z.int().positive(),
});
/**
 * Bytes to and from one host, unread: whoever opens the stream ends TLS through it. Host and port is all that the agent
 * is told. Answered by HEADERS with status 200 when the connection stands, as CONNECT is (RFC 9110 §9.3.6).
 */
const openTunnelSchema = z.object({
  job: z.literal('tunnel'),
  /** A name, or an address without brackets. */
  host: z
    .string()
    .min(1)
    .max(253)
    .regex(/^[a-zA-Z0-9._:-]+$/),
  port: z.int().min(1).max(65_535),
});

export const openSchema = z.discriminatedUnion('job', [openRestSchema, openTunnelSchema]);
export type Open = z.infer<typeof openSchema>;
export type OpenRest = z.infer<typeof openRestSchema>;
export type OpenTunnel = z.infer<typeof openTunnelSchema>;
export type Job = Open['job'];

export const headersSchema = z.object({ status: z.int().min(100).max(599), headers, upstreamMs: z.number() });
export type ResponseHead = z.infer<typeof headersSchema>;

export const cancelSchema = z.object({ reason: z.string().max(256) });
export const errorSchema = z.object({
  code: z.enum([
    'grant_unknown',
    'target_refused',
    'not_allowed',
    'draining',
    'not_ready',
    'upstream_unreachable',
    'upstream_timeout',
    'upstream_broken',
    'internal',
  ]),
  message: z.string().max(1024),
  /** Whether anything was sent upstream; if not, the call may safely be made elsewhere. */
  started: z.boolean(),
});
export type StreamError = z.infer<typeof errorSchema>;

/** The schema of each frame type that carries JSON. DATA, END and CREDIT carry bytes, nothing and a number. */
export const controlSchemas = {
  [FRAME_TYPE.HELLO]: helloSchema,
  [FRAME_TYPE.CHALLENGE]: challengeSchema,
  [FRAME_TYPE.PROOF]: proofSchema,
  [FRAME_TYPE.WELCOME]: welcomeSchema,
  [FRAME_TYPE.STATE]: stateSchema,
  [FRAME_TYPE.PING]: pingSchema,
  [FRAME_TYPE.PONG]: pongSchema,
  [FRAME_TYPE.DRAIN]: drainSchema,
  [FRAME_TYPE.GRANT]: grantSchema,
  [FRAME_TYPE.REVOKE]: revokeSchema,
  [FRAME_TYPE.REKEY]: rekeySchema,
  [FRAME_TYPE.REKEYED]: rekeyedSchema,
  [FRAME_TYPE.OPEN]: openSchema,
  [FRAME_TYPE.HEADERS]: headersSchema,
  [FRAME_TYPE.CANCEL]: cancelSchema,
  [FRAME_TYPE.ERROR]: errorSchema,
};
export type ControlType = keyof typeof controlSchemas;
export type Control<T extends ControlType> = z.infer<(typeof controlSchemas)[T]>;

export function encodeCredit(bytes: number): Uint8Array {
  const payload = new Uint8Array(4);
  new DataView(payload.buffer).setUint32(0, bytes);
  return payload;
}

export function parseCredit(payload: Uint8Array): number {
  if (payload.byteLength !== 4) throw new ProtocolError('CREDIT is not a number');
  return new DataView(payload.buffer, payload.byteOffset).getUint32(0);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

export function encodeControl<T extends ControlType>(_type: T, value: Control<T>): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}

/** @throws ProtocolError when the payload is not what the schema of this frame says */
export function parseControl<S extends z.ZodType>(schema: S, payload: Uint8Array): z.infer<S> {
  let json: unknown;
  try {
    json = JSON.parse(decoder.decode(payload));
  } catch {
    throw new ProtocolError('A control frame is not JSON');
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    // Names of our own fields only: values may be secret, and keys below them are the peer's text.
    const fields = parsed.error.issues.map((issue) => String(issue.path[0] ?? 'the whole'));
    throw new ProtocolError(`A control frame is not valid: ${[...new Set(fields)].join(', ')}`);
  }
  return parsed.data;
}
