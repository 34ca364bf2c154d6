import { fromBase64url, toBase64url } from './base64url.ts';
import { MAX_SKEW_MS } from './limits.ts';

/**
 * What both sides sign at the start of a session. It names both parties and holds both nonces, so that neither
 * signature is of use in another connection, at another instance or for another agent (AG-02).
 */
export interface Transcript {
  readonly midServerId: string;
  readonly instanceId: string;
  readonly agentNonce: string;
  readonly agentTimeMs: number;
  readonly instanceNonce: string;
  readonly instanceTimeMs: number;
  /** The agent's public key as the instance knows it: during a rekey this tells which one counts. */
  readonly agentKey: string;
}
/** The global type's name differs between Node and browsers. */
export type SigningKey = Parameters<typeof crypto.subtle.sign>[1];
export type Signer = 'agent' | 'instance';

const encoder = new TextEncoder();
const newBytes = (text: string) => new Uint8Array(encoder.encode(text));

/** The signer is part of the bytes: one side's signature cannot be reflected as the other's. */
function transcriptBytes(signer: Signer, t: Transcript): Uint8Array<ArrayBuffer> {
  return newBytes(
    JSON.stringify([
      'lockkeeper mid session v1',
      signer,
      t.midServerId,
      t.instanceId,
      t.agentNonce,
      t.agentTimeMs,
      t.instanceNonce,
      t.instanceTimeMs,
      t.agentKey,
    ]),
  );
}

export function signTranscript(key: SigningKey, signer: Signer, transcript: Transcript): Promise<string> {
  return signBytes(key, transcriptBytes(signer, transcript));
}

/** @param publicKey raw Ed25519 key, base64url */
export function verifyTranscript(
  publicKey: string,
  signer: Signer,
  transcript: Transcript,
  signature: string,
): Promise<boolean> {
  return verifyBytes(publicKey, transcriptBytes(signer, transcript), signature);
}

/** What an agent signs to replace its keys, with the key it is known by. */
export function rekeyBytes(
  midServerId: string,
  signingKey: string,
  sealingKey: string,
): Uint8Array<ArrayBuffer> {
  return newBytes(JSON.stringify(['lockkeeper mid rekey v1', midServerId, signingKey, sealingKey]));
}

export async function signBytes(key: SigningKey, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return toBase64url(new Uint8Array(await crypto.subtle.sign('Ed25519', key, bytes)));
}

export async function verifyBytes(
  publicKey: string,
  bytes: Uint8Array<ArrayBuffer>,
  signature: string,
): Promise<boolean> {
  const key = await crypto.subtle.importKey('raw', fromBase64url(publicKey), 'Ed25519', false, ['verify']);
  return crypto.subtle.verify('Ed25519', key, fromBase64url(signature), bytes);
}

/** 32 fresh random bytes, base64url. */
export function newNonce(): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(32)));
}

export function clocksAgree(hereMs: number, thereMs: number): boolean {
  return Math.abs(hereMs - thereMs) <= MAX_SKEW_MS;
}
