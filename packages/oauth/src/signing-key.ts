import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  importPKCS8,
  type JWK,
} from 'jose';
import { foreignText } from './oauth-error.ts';

/** RFC 7518 §3.1, RFC 8037 §3.1; those that providers take for assertions. */
export type SigningAlgorithm = 'RS256' | 'PS256' | 'ES256' | 'EdDSA';

/** A private key that signs assertions, ready for use. */
export interface SigningKey {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  readonly key: CryptoKey;
}

/** A key pair as it is stored: the private part is a secret, the public part is published. */
export interface SigningKeyPair {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  /** The private JWK as text. */
  readonly privateJwk: string;
  readonly publicJwk: Readonly<Record<string, string>>;
}

/** What is wrong with a key that somebody brought, as the end of a sentence ("must …"). */
export class KeyRefused extends Error {
  override readonly name = 'KeyRefused';
}

/** Enough until 2030 and beyond (NIST SP 800-57 part 1). */
const RSA_BITS = 3072;
const FEWEST_RSA_BITS = 2048;

export async function generateSigningKey(algorithm: SigningAlgorithm, kid?: string): Promise<SigningKeyPair> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true, modulusLength: RSA_BITS });
  return keyPairOf(await exportJWK(privateKey), algorithm, kid);
}

/**
 * Reads a private key that the provider has made, as PEM (PKCS #8) or JWK.
 *
 * @throws KeyRefused
 */
export async function readSigningKey(
  text: string,
  algorithm: SigningAlgorithm | undefined,
  kid: string | undefined,
): Promise<SigningKeyPair> {
  const jwk = text.trim().startsWith('{') ? jwkOf(text) : await pemAsJwk(text, algorithm);
  const fitting = algorithmsFor(jwk);
  const [usual] = fitting;
  if (usual === undefined) throw new KeyRefused('must be an RSA, P-256 or Ed25519 key');
  const named = fitting.find((each) => each === jwk.alg);
  if (algorithm !== undefined && !fitting.includes(algorithm)) {
    throw new KeyRefused(`must be a key for ${algorithm}; this one is for ${fitting.join(' or ')}`);
  }
  const pair = await keyPairOf(jwk, algorithm ?? named ?? usual, kid ?? foreignText(jwk.kid));
  await openSigningKey(pair).catch(() => {
    throw new KeyRefused('must be a private key that can sign; this one is damaged');
  });
  return pair;
}

/** For signing with it. */
export async function openSigningKey({
  kid,
  algorithm,
  privateJwk,
}: Pick<SigningKeyPair, 'kid' | 'algorithm' | 'privateJwk'>): Promise<SigningKey> {
  const key = await importJWK(jwkOf(privateJwk), algorithm);
  if (key instanceof Uint8Array) throw new KeyRefused('must be a key pair, not a shared secret');
  return { kid, algorithm, key };
}

async function keyPairOf(
  jwk: JWK,
  algorithm: SigningAlgorithm,
  kid: string | undefined,
): Promise<SigningKeyPair> {
  const material = publicPart(jwk);
  const id = kid ?? (await calculateJwkThumbprint(material));
  const privatePart = Object.fromEntries(
    ['d', 'p', 'q', 'dp', 'dq', 'qi'].flatMap((name) => memberOf(jwk, name)),
  );
  return {
    kid: id,
    algorithm,
    privateJwk: JSON.stringify({ ...material, ...privatePart }),
    publicJwk: { ...material, kid: id, alg: algorithm, use: 'sig' },
  };
}

/** The public members by name, so that a private one can never be among them. */
function publicPart(jwk: JWK): Record<string, string> {
  return Object.fromEntries(['kty', 'crv', 'x', 'y', 'n', 'e'].flatMap((name) => memberOf(jwk, name)));
}

function memberOf(jwk: JWK, name: string): [string, string][] {
  const value = new Map<string, unknown>(Object.entries(jwk)).get(name);
  return typeof value === 'string' ? [[name, value]] : [];
}

/** The usual one first. */
function algorithmsFor(jwk: JWK): SigningAlgorithm[] {
  if (jwk.kty === 'RSA') {
    const bits = Buffer.from(jwk.n ?? '', 'base64url').length * 8;
    if (bits < FEWEST_RSA_BITS) throw new KeyRefused(`must have at least ${FEWEST_RSA_BITS} bits`);
    return ['RS256', 'PS256'];
  }
  if (jwk.kty === 'EC' && jwk.crv === 'P-256') return ['ES256'];
  if (jwk.kty === 'OKP' && jwk.crv === 'Ed25519') return ['EdDSA'];
  return [];
}

function jwkOf(text: string): JWK {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new KeyRefused('must be a JWK that can be read as JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new KeyRefused('must be one JWK');
  }
  if ('keys' in value) throw new KeyRefused('must be one JWK, not a set of them');
  const jwk = Object.fromEntries(Object.entries(value).filter(([, member]) => typeof member === 'string'));
  if (typeof jwk.d !== 'string') throw new KeyRefused('must be a private key; this is a public one');
  return jwk;
}

async function pemAsJwk(text: string, algorithm: SigningAlgorithm | undefined): Promise<JWK> {
  if (/BEGIN (RSA|EC) PRIVATE KEY/.test(text)) {
    throw new KeyRefused('must be PKCS #8: convert it with "openssl pkcs8 -topk8 -nocrypt -in key.pem"');
  }
  if (/BEGIN ENCRYPTED PRIVATE KEY/.test(text)) {
    throw new KeyRefused('must not be encrypted: open it with "openssl pkcs8 -in key.pem"');
  }
  if (/BEGIN (PUBLIC KEY|CERTIFICATE)/.test(text)) {
    throw new KeyRefused('must be a private key; this is a public one');
  }
  if (!text.includes('BEGIN PRIVATE KEY')) {
    throw new KeyRefused('must be a private key as PEM ("-----BEGIN PRIVATE KEY-----") or as JWK ("{…}")');
  }
  // The kind of key is in the PEM; the name of an algorithm is only needed to read it.
  for (const each of algorithm ? [algorithm] : (['RS256', 'ES256', 'EdDSA'] as const)) {
    const key = await importPKCS8(text.trim(), each, { extractable: true }).catch(() => undefined);
    if (key) return exportJWK(key);
  }
  throw new KeyRefused('must be an RSA, P-256 or Ed25519 key that can be read');
}
