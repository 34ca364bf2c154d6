import { CompactEncrypt, type CryptoKey, compactDecrypt, importJWK, type JWK } from 'jose';
import { z } from 'zod';
import { Secret } from './secret.ts';
import { VaultError } from './vault-error.ts';

/** What a token sealed to a MID Server may be used for; bound into the ciphertext. */
export interface AgentSealingContext {
  readonly midServerId: string;
  readonly credentialId: string;
  /** Scheme, host and port as `URL.origin` prints them: the only place the token may be sent to. */
  readonly origin: string;
  readonly expiresAt: Date;
}

/** Public X25519 key of an agent (RFC 8037). */
export const agentSealingKeySchema = z.strictObject({
  kty: z.literal('OKP'),
  crv: z.literal('X25519'),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});
export type AgentSealingKey = z.infer<typeof agentSealingKeySchema>;

const contextSchema = z.strictObject({
  mid: z.string(),
  cred: z.string(),
  origin: z.string(),
  exp: z.number().int(),
});

const KEY_WRAP = 'ECDH-ES+A256KW';

/** Seals a token so that only the agent with the private key can read it. Forward secrecy: each has its own key. */
export async function sealToAgent(
  value: Secret,
  agentKey: AgentSealingKey,
  context: AgentSealingContext,
): Promise<string> {
  const publicKey = await importJWK(agentSealingKeySchema.parse(agentKey), KEY_WRAP);
  return new CompactEncrypt(new TextEncoder().encode(value.reveal()))
    .setProtectedHeader({
      alg: KEY_WRAP,
      enc: 'A256GCM',
      ctx: {
        mid: context.midServerId,
        cred: context.credentialId,
        origin: context.origin,
        exp: Math.floor(context.expiresAt.getTime() / 1000),
      },
    })
    .encrypt(publicKey);
}

/**
 * Opens what {@link sealToAgent} made, at the agent.
 *
 * @param expected what the job says; a seal for anybody or anything else is refused
 * @throws VaultError `vault.sealed_value_damaged`, `vault.context_mismatch`, `vault.sealed_value_expired`
 */
export async function openAtAgent(
  sealed: string,
  agentPrivateKey: JWK | CryptoKey,
  expected: Omit<AgentSealingContext, 'expiresAt'>,
  now: Date,
): Promise<{ value: Secret; expiresAt: Date }> {
  const { plaintext, context } = await decrypt(sealed, agentPrivateKey);
  if (
    context.mid !== expected.midServerId ||
    context.cred !== expected.credentialId ||
    context.origin !== expected.origin
  ) {
    throw new VaultError('vault.context_mismatch', 'The token was sealed for another use.');
  }
  const expiresAt = new Date(context.exp * 1000);
  if (expiresAt <= now) throw new VaultError('vault.sealed_value_expired', 'The sealed token has expired.');
  return { value: new Secret(new TextDecoder().decode(plaintext)), expiresAt };
}

async function decrypt(sealed: string, privateKey: JWK | CryptoKey) {
  try {
    const key = 'kty' in privateKey ? await importJWK(privateKey, KEY_WRAP) : privateKey;
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, key, {
      keyManagementAlgorithms: [KEY_WRAP],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    return { plaintext, context: contextSchema.parse(protectedHeader.ctx) };
  } catch (cause) {
    throw new VaultError('vault.sealed_value_damaged', 'The token is not sealed to this MID Server.', {
      cause,
    });
  }
}
