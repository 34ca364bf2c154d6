import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import type { SigningKey } from '@lockkeeper/contract/mid';
import { z } from 'zod';
import type { PrivateKey } from './identity.ts';

const exported = z.object({
  kty: z.literal('OKP'),
  crv: z.enum(['Ed25519', 'X25519']),
  x: z.string(),
  d: z.string(),
});

/** A fresh pair: Ed25519 to sign challenges, X25519 to unseal tokens. It never leaves this machine. */
export function newAgentKeys(): { signingKey: PrivateKey; sealingKey: PrivateKey } {
  const toKey = (jwk: JsonWebKey) => exported.parse(jwk);
  return {
    signingKey: toKey(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })),
    sealingKey: toKey(generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' })),
  };
}

export function importSigningKey({ kty, crv, x, d }: PrivateKey): Promise<SigningKey> {
  return crypto.subtle.importKey('jwk', { kty, crv, x, d }, 'Ed25519', false, ['sign']);
}
