export { fromBase64url, toBase64url } from './base64url.ts';
export {
  clocksAgree,
  newNonce,
  rekeyBytes,
  type Signer,
  type SigningKey,
  signBytes,
  signTranscript,
  type Transcript,
  verifyBytes,
  verifyTranscript,
} from './challenge.ts';
export {
  type AgentState,
  type Control,
  type Headers,
  type Job,
  type Open,
  type OpenRest,
  type OpenTunnel,
  publicKeySchema,
  type ResponseHead,
  type StreamError,
} from './control.ts';
export {
  agentFingerprint,
  fingerprintGroups,
  instanceKeyThumbprint,
  sameFingerprint,
} from './fingerprint.ts';
export { decodeMessage, encodeMessage, FRAME_TYPE, type Frame, type FrameType } from './frame.ts';
export * as LIMITS from './limits.ts';
export { type MidTransport, Multiplexer } from './multiplexer.ts';
export { ProtocolError } from './protocol-error.ts';
export type { SessionFrame, SessionType } from './session-frame.ts';
export { MidStream, StreamFailure } from './stream.ts';
export { targetOf } from './target.ts';
