import { z } from 'zod';
import { actorRef, dateTime } from './field.ts';
import { enrolmentTokenId, midServerId } from './id.ts';

export const midServerStatus = z.enum(['up', 'down', 'paused', 'draining']);
export type MidServerStatus = z.infer<typeof midServerStatus>;

export const midServer = z.object({
  id: midServerId,
  name: z.string(),
  status: midServerStatus,
  validated: z.boolean(),
  /** SHA-256 of the agent's signing and sealing keys: 16 groups of 4 hex digits separated by spaces. */
  fingerprint: z.string(),
  host: z.string(),
  /** The address the enrolment came from. */
  enrolledFrom: z.string(),
  /** Name of this agent's software and its version. */
  agentVersion: z.string(),
  enrolledAt: dateTime,
  /** Whoever made the enrolment token. */
  enrolledBy: actorRef,
  validatedAt: dateTime.nullable(),
  validatedBy: actorRef.nullable(),
  lastHeartbeatAt: dateTime.nullable(),
  sessions: z.array(
    z.object({
      instance: z.string(),
      connectedAt: dateTime,
      roundTripMs: z.number().nullable(),
      tls: z.boolean(),
    }),
  ),
  /** Agent's clock minus the instance's, in milliseconds. */
  clockSkewMs: z.number().nullable(),
  /** How many active credentials apply to it. */
  credentialCount: z.int(),
  /** Calls of the last minute and the median answer time. */
  callsPerMinute: z.number(),
  medianMs: z.number().nullable(),
});
export type MidServer = z.infer<typeof midServer>;

/** GET /mid-servers/{id}/activity: the last 30 minutes as this instance saw them. */
export const midServerActivity = z.object({
  buckets: z.array(
    z.object({
      at: dateTime,
      calls: z.int(),
      errors: z.int(),
      medianMs: z.number().nullable(),
      p99Ms: z.number().nullable(),
    }),
  ),
  inFlight: z.int(),
  recentCalls: z.array(
    z.object({
      at: dateTime,
      method: z.string(),
      /** Without the query. */
      path: z.string(),
      credentialName: z.string().nullable(),
      /** HTTP status, or null with `error` when there was none. */
      status: z.int().nullable(),
      error: z.string().nullable(),
      tookMs: z.number(),
    }),
  ),
  /** Credentials whose access token the agent holds in memory now, and until when at the latest. */
  holds: z.object({ credentials: z.int(), until: dateTime.nullable() }),
});
export type MidServerActivity = z.infer<typeof midServerActivity>;

/** POST /mid-servers/enrolment-tokens */
export const enrolmentTokenCreate = z.strictObject({
  /** The name the agent will have; the agent's host name when absent. */
  name: z.string().trim().min(1).max(120).optional(),
});
export const enrolmentToken = z.object({
  id: enrolmentTokenId,
  name: z.string().nullable(),
  createdAt: dateTime,
  createdBy: actorRef,
  expiresAt: dateTime,
  usedAt: dateTime.nullable(),
  midServerId: midServerId.nullable(),
});
export type EnrolmentToken = z.infer<typeof enrolmentToken>;
/** `token` is shown once; `command` is what to run on the agent's host. */
export const enrolmentTokenCreated = z.object({ enrolmentToken, token: z.string(), command: z.string() });
export type EnrolmentTokenCreated = z.infer<typeof enrolmentTokenCreated>;

/** The 32 bytes of a key of Curve25519 (RFC 8037 §2). */
const keyBytes = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be 32 bytes in base64url');

/** POST /mid-servers/enrol: called by the agent, authenticated by the one-time token alone. */
export const midServerEnrol = z.strictObject({
  token: z.string().min(1).max(200),
  name: z.string().trim().min(1).max(120).optional(),
  host: z.string().trim().min(1).max(253),
  agentVersion: z.string().max(60),
  /** Public keys as JWK (RFC 8037): Ed25519 to verify, X25519 to seal to. */
  signingKey: z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: keyBytes }),
  sealingKey: z.strictObject({ kty: z.literal('OKP'), crv: z.literal('X25519'), x: keyBytes }),
});
export type MidServerEnrol = z.infer<typeof midServerEnrol>;
export const midServerEnrolled = z.object({
  id: midServerId,
  name: z.string(),
  fingerprint: z.string(),
  /** The instance's public key, which the agent pins. */
  instanceKey: z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() }),
  instanceId: z.string(),
  sessionUrl: z.string(),
});
export type MidServerEnrolled = z.infer<typeof midServerEnrolled>;

/** POST /mid-servers/{id}/validate: the fingerprint as read on the agent's host; spaces and case do not matter. */
export const midServerValidate = z.strictObject({
  fingerprint: z.string().trim().min(1, 'must not be empty').max(200),
});
