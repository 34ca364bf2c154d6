import { MAX_CONTROL_BYTES, MAX_DATA_BYTES, MAX_MESSAGE_BYTES, PROTOCOL_VERSION } from './limits.ts';
import { ProtocolError } from './protocol-error.ts';

/** Numbers below 32 belong to the session (stream 0), the others to one stream. */
export const FRAME_TYPE = {
  HELLO: 1,
  CHALLENGE: 2,
  PROOF: 3,
  WELCOME: 4,
  STATE: 5,
  PING: 6,
  PONG: 7,
  DRAIN: 8,
  GRANT: 9,
  REVOKE: 10,
  REKEY: 11,
  REKEYED: 12,
  OPEN: 32,
  HEADERS: 33,
  DATA: 34,
  END: 35,
  CREDIT: 36,
  CANCEL: 37,
  ERROR: 38,
} as const;
export type FrameType = (typeof FRAME_TYPE)[keyof typeof FRAME_TYPE];

/** The sender says nothing more in this stream: allowed on OPEN, HEADERS and DATA, spares an END frame. */
export const FLAG_FIN = 1;

/** version u8, type u8, flags u8, reserved u8, stream id u32, payload length u32; big endian. */
export const HEADER_BYTES = 12;

export interface Frame {
  readonly type: FrameType;
  readonly streamId: number;
  readonly fin: boolean;
  /** A view into the message it came in: copy it before keeping it longer than the call. */
  readonly payload: Uint8Array;
}

const knownTypes = new Map<number, FrameType>(Object.values(FRAME_TYPE).map((type) => [type, type]));
const mayEndStream: ReadonlySet<FrameType> = new Set([FRAME_TYPE.OPEN, FRAME_TYPE.HEADERS, FRAME_TYPE.DATA]);

/** Frames of one tick as one WebSocket message. */
export function encodeMessage(frames: readonly Frame[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const frame of frames) length += HEADER_BYTES + frame.payload.byteLength;
  const message = new Uint8Array(length);
  const view = new DataView(message.buffer);
  let offset = 0;
  for (const { type, streamId, fin, payload } of frames) {
    message[offset] = PROTOCOL_VERSION;
    message[offset + 1] = type;
    message[offset + 2] = fin ? FLAG_FIN : 0;
    view.setUint32(offset + 4, streamId);
    view.setUint32(offset + 8, payload.byteLength);
    message.set(payload, offset + HEADER_BYTES);
    offset += HEADER_BYTES + payload.byteLength;
  }
  return message;
}

/**
 * The frames of one WebSocket message. Payloads are views, nothing is copied or allocated by declared length.
 * @throws ProtocolError for anything that `encodeMessage` does not write
 */
export function decodeMessage(message: Uint8Array): Frame[] {
  if (message.byteLength > MAX_MESSAGE_BYTES) throw new ProtocolError('The message is too long');
  if (message.byteLength === 0) throw new ProtocolError('The message is empty');
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const frames: Frame[] = [];
  let offset = 0;
  while (offset < message.byteLength) {
    if (message.byteLength - offset < HEADER_BYTES) throw new ProtocolError('A frame header is cut off');
    const frame = readFrame(message, view, offset);
    frames.push(frame);
    offset += HEADER_BYTES + frame.payload.byteLength;
  }
  return frames;
}

function readFrame(message: Uint8Array, view: DataView, offset: number): Frame {
  const version = view.getUint8(offset);
  if (version !== PROTOCOL_VERSION)
    throw new ProtocolError(`Version ${version} of the protocol is not known`);
  const type = knownTypes.get(view.getUint8(offset + 1));
  if (type === undefined) throw new ProtocolError('The frame type is not known');
  const flags = view.getUint8(offset + 2);
  if (flags > FLAG_FIN || view.getUint8(offset + 3) !== 0) throw new ProtocolError('A flag is not known');
  if (flags === FLAG_FIN && !mayEndStream.has(type))
    throw new ProtocolError('This frame cannot end a stream');
  const streamId = view.getUint32(offset + 4);
  if (type < FRAME_TYPE.OPEN !== (streamId === 0))
    throw new ProtocolError('The stream id does not fit the type');
  const length = view.getUint32(offset + 8);
  if (length > (type === FRAME_TYPE.DATA ? MAX_DATA_BYTES : MAX_CONTROL_BYTES)) {
    throw new ProtocolError('A frame is too long');
  }
  const start = offset + HEADER_BYTES;
  if (length > message.byteLength - start) throw new ProtocolError('A frame is cut off');
  return { type, streamId, fin: flags === FLAG_FIN, payload: message.subarray(start, start + length) };
}
