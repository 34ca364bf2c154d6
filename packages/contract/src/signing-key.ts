import { z } from 'zod';
import { actorRef, dateTime } from './field.ts';
import { applicationRegistryId, signingKeyId } from './id.ts';

/** RFC 7518 §3.1, RFC 8037 §3.1. HMAC is no key pair, and RS1 is none at all any more. */
export const signingAlgorithm = z.enum(['RS256', 'PS256', 'ES256', 'EdDSA']);
export type SigningAlgorithm = z.infer<typeof signingAlgorithm>;

/** A public JWK (RFC 7517 §4) as it is published. */
export const publicJwk = z.record(z.string(), z.union([z.string(), z.array(z.string())]));

/**
 * A key pair of a registry. The oldest one signs; a newer one is published beside it until the older is retired, so
 * that the provider can learn of it first.
 */
export const signingKey = z.object({
  id: signingKeyId,
  applicationRegistryId,
  kid: z.string(),
  algorithm: signingAlgorithm,
  origin: z.enum(['generated', 'imported']),
  /** Whether assertions are signed with it now. */
  signs: z.boolean(),
  publicJwk,
  createdAt: dateTime,
  createdBy: actorRef,
});
export type SigningKey = z.infer<typeof signingKey>;

/** POST /application-registries/{id}/signing-keys: makes a key pair, or takes one that the provider has made. */
export const signingKeyCreate = z.strictObject({
  /** Absent: what an imported key is for, RS256 for a new one. */
  algorithm: signingAlgorithm.optional(),
  /** Absent: the imported JWK's own, or the thumbprint (RFC 7638). */
  kid: z.string().trim().min(1, 'must not be empty').max(200).optional(),
  /** Write-only. A private key as PEM (PKCS #8) or as JWK. */
  privateKey: z.string().min(1, 'must not be empty').max(16_384).optional(),
});
export type SigningKeyCreate = z.infer<typeof signingKeyCreate>;

/** GET /oauth_jwks/{registryId}: RFC 7517 §5. */
export const jwkSet = z.object({ keys: z.array(publicJwk) });
