import { describe, expect, it } from 'vitest';
import { toBase64url } from './base64url.ts';
import { clocksAgree, newNonce, signTranscript, type Transcript, verifyTranscript } from './challenge.ts';
import { agentFingerprint, fingerprintGroups, sameFingerprint } from './fingerprint.ts';

async function newKey() {
  const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new Error('not a pair');
  const raw = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  return { sign: pair.privateKey, public: toBase64url(raw) };
}

const transcript: Transcript = {
  midServerId: 'mid_1',
  instanceId: 'inst_1',
  agentNonce: newNonce(),
  agentTimeMs: 1000,
  instanceNonce: newNonce(),
  instanceTimeMs: 2000,
  agentKey: newNonce(),
};

describe('challenge', () => {
  it('accepts the right key over the same transcript', async () => {
    const key = await newKey();
    const signature = await signTranscript(key.sign, 'agent', transcript);
    expect(await verifyTranscript(key.public, 'agent', transcript, signature)).toBe(true);
  });

  it("AG-02: refuses another key, an old nonce, another hub's challenge and the reflected signature", async () => {
    const key = await newKey();
    const signature = await signTranscript(key.sign, 'agent', transcript);
    const verify = (changed: Partial<Transcript>, signer: 'agent' | 'instance' = 'agent') =>
      verifyTranscript(key.public, signer, { ...transcript, ...changed }, signature);
    expect(await verifyTranscript((await newKey()).public, 'agent', transcript, signature)).toBe(false);
    expect(await verify({ instanceNonce: newNonce() })).toBe(false);
    expect(await verify({ agentNonce: newNonce() })).toBe(false);
    expect(await verify({ instanceId: 'inst_2' })).toBe(false);
    expect(await verify({ midServerId: 'mid_2' })).toBe(false);
    expect(await verify({ agentKey: newNonce() })).toBe(false);
    expect(await verify({}, 'instance')).toBe(false);
  });

  it('lets clocks be a minute apart and no more', () => {
    expect([clocksAgree(0, 60_000), clocksAgree(60_001, 0)]).toEqual([true, false]);
  });

  it('shows both keys as 16 groups of 4 digits', async () => {
    const [signing, sealing] = [newNonce(), newNonce()];
    const fingerprint = await agentFingerprint(signing, sealing);
    expect(fingerprint).toMatch(/^([0-9a-f]{4} ){15}[0-9a-f]{4}$/);
    expect(await agentFingerprint(sealing, signing)).not.toBe(fingerprint);
    expect(sameFingerprint(fingerprint, fingerprint.toUpperCase().replaceAll(' ', ':'))).toBe(true);
    expect(sameFingerprint(fingerprint, fingerprint.slice(0, -5))).toBe(false);
    expect(sameFingerprint('', '')).toBe(false);
    expect(fingerprintGroups('AB cd-12345')).toEqual(['abcd', '1234', '5']);
  });
});
