import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage, FRAME_TYPE, type Frame } from './frame.ts';
import { MAX_MESSAGE_BYTES } from './limits.ts';
import { ProtocolError } from './protocol-error.ts';

const types = Object.values(FRAME_TYPE);
const canEnd: readonly number[] = [FRAME_TYPE.OPEN, FRAME_TYPE.HEADERS, FRAME_TYPE.DATA];
const anyFrame: fc.Arbitrary<Frame> = fc
  .record({
    type: fc.constantFrom(...types),
    streamId: fc.integer({ min: 1, max: 0xffff_ffff }),
    fin: fc.boolean(),
    payload: fc.uint8Array({ maxLength: 300 }),
  })
  .map((frame) => ({
    ...frame,
    streamId: frame.type < FRAME_TYPE.OPEN ? 0 : frame.streamId,
    fin: frame.fin && canEnd.includes(frame.type),
  }));

describe('frames', () => {
  it('reads back exactly what was written', () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { minLength: 1, maxLength: 12 }), (frames) => {
        expect(decodeMessage(encodeMessage(frames))).toEqual(frames);
      }),
    );
  });

  it('answers garbage with ProtocolError and nothing else', () => {
    const garbage = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      // A sound message with one byte changed or its end cut off gets deeper than pure noise.
      fc
        .tuple(fc.array(anyFrame, { minLength: 1, maxLength: 4 }), fc.nat(), fc.nat(255), fc.nat())
        .map(([frames, at, value, cut]) => {
          const message = encodeMessage(frames);
          message[at % message.byteLength] = value;
          return message.subarray(0, message.byteLength - (cut % 20));
        }),
    );
    fc.assert(
      fc.property(garbage, (bytes) => {
        try {
          decodeMessage(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('copies and allocates nothing by a declared length', () => {
    const message = encodeMessage([
      { type: FRAME_TYPE.DATA, streamId: 1, fin: false, payload: new Uint8Array(1000) },
    ]);
    expect(decodeMessage(message)[0]?.payload.buffer).toBe(message.buffer);
    new DataView(message.buffer).setUint32(8, 0xffff_ffff);
    expect(() => decodeMessage(message)).toThrow('too long');
  });

  it('refuses a message over the limit without looking into it', () => {
    expect(() => decodeMessage(new Uint8Array(MAX_MESSAGE_BYTES + 1))).toThrow(ProtocolError);
  });
});
