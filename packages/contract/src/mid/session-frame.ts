import type { z } from 'zod';
import { type Control, controlSchemas, parseControl } from './control.ts';
import { FRAME_TYPE, type Frame, type FrameType } from './frame.ts';
import { ProtocolError } from './protocol-error.ts';

/** Frames that belong to the session, not to a stream. */
export type SessionType = Exclude<
  FrameType,
  (typeof FRAME_TYPE)['OPEN' | 'HEADERS' | 'DATA' | 'END' | 'CREDIT' | 'CANCEL' | 'ERROR']
>;
export type SessionFrame = {
  [T in SessionType]: { readonly type: T; readonly value: Control<T> };
}[SessionType];

const isSessionType = (type: FrameType): type is SessionType => type < FRAME_TYPE.OPEN;

/** @throws ProtocolError when the payload does not fit the type */
export function readSessionFrame({ type, payload }: Frame): SessionFrame {
  if (!isSessionType(type)) throw new ProtocolError('This frame belongs to a stream');
  return readers[type](payload);
}

const read =
  <T extends SessionType, S extends z.ZodType>(type: T, schema: S) =>
  (payload: Uint8Array): { type: T; value: z.infer<S> } => ({ type, value: parseControl(schema, payload) });

const readers: { [T in SessionType]: (payload: Uint8Array) => SessionFrame } = {
  [FRAME_TYPE.HELLO]: read(FRAME_TYPE.HELLO, controlSchemas[FRAME_TYPE.HELLO]),
  [FRAME_TYPE.CHALLENGE]: read(FRAME_TYPE.CHALLENGE, controlSchemas[FRAME_TYPE.CHALLENGE]),
  [FRAME_TYPE.PROOF]: read(FRAME_TYPE.PROOF, controlSchemas[FRAME_TYPE.PROOF]),
  [FRAME_TYPE.WELCOME]: read(FRAME_TYPE.WELCOME, controlSchemas[FRAME_TYPE.WELCOME]),
  [FRAME_TYPE.STATE]: read(FRAME_TYPE.STATE, controlSchemas[FRAME_TYPE.STATE]),
  [FRAME_TYPE.PING]: read(FRAME_TYPE.PING, controlSchemas[FRAME_TYPE.PING]),
  [FRAME_TYPE.PONG]: read(FRAME_TYPE.PONG, controlSchemas[FRAME_TYPE.PONG]),
  [FRAME_TYPE.DRAIN]: read(FRAME_TYPE.DRAIN, controlSchemas[FRAME_TYPE.DRAIN]),
  [FRAME_TYPE.GRANT]: read(FRAME_TYPE.GRANT, controlSchemas[FRAME_TYPE.GRANT]),
  [FRAME_TYPE.REVOKE]: read(FRAME_TYPE.REVOKE, controlSchemas[FRAME_TYPE.REVOKE]),
  [FRAME_TYPE.REKEY]: read(FRAME_TYPE.REKEY, controlSchemas[FRAME_TYPE.REKEY]),
  [FRAME_TYPE.REKEYED]: read(FRAME_TYPE.REKEYED, controlSchemas[FRAME_TYPE.REKEYED]),
};
