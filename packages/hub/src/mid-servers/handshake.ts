import {
  type Control,
  clocksAgree,
  type FRAME_TYPE,
  newNonce,
  signTranscript,
  type Transcript,
  verifyTranscript,
} from '@lockkeeper/contract/mid';
import type { InstanceIdentity } from './instance-identity.ts';

type Hello = Control<(typeof FRAME_TYPE)['HELLO']>;
type Challenge = Control<(typeof FRAME_TYPE)['CHALLENGE']>;

/** Why an agent was turned away, in words that reach its log. */
export class HandshakeRefused extends Error {
  override readonly name = 'HandshakeRefused';
}

/** The instance's half: its proof for the agent, and what the agent must sign in return. */
export interface Challenged {
  readonly challenge: Challenge;
  readonly transcript: Transcript;
}

/**
 * Answers HELLO. The nonce is fresh for each connection and lives no longer than it, so it is used once.
 * @throws HandshakeRefused when the clocks are more than a minute apart
 */
export async function challengeFor(
  hello: Hello,
  agentKey: string,
  identity: InstanceIdentity,
  now: Date,
): Promise<Challenged> {
  const timeMs = now.getTime();
  if (!clocksAgree(timeMs, hello.timeMs)) {
    throw new HandshakeRefused('the clocks of the MID Server and the instance are more than a minute apart');
  }
  const transcript: Transcript = {
    midServerId: hello.midServerId,
    instanceId: identity.instanceId,
    agentNonce: hello.nonce,
    agentTimeMs: hello.timeMs,
    instanceNonce: newNonce(),
    instanceTimeMs: timeMs,
    agentKey,
  };
  const signature = await signTranscript(identity.signingKey, 'instance', transcript);
  const { instanceId } = identity;
  const nonce = transcript.instanceNonce;
  return { challenge: { instanceId, nonce, timeMs, agentKey, signature }, transcript };
}

/** @throws HandshakeRefused when the agent does not hold the key that it was enrolled with */
export async function checkProof(
  publicKey: string,
  transcript: Transcript,
  signature: string,
): Promise<void> {
  if (!(await verifyTranscript(publicKey, 'agent', transcript, signature))) {
    throw new HandshakeRefused('the signature is not of the key this MID Server was enrolled with');
  }
}
