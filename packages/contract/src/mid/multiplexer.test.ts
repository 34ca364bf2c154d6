import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Open } from './control.ts';
import { encodeMessage, FRAME_TYPE } from './frame.ts';
import { MAX_DATA_BYTES, STREAM_WINDOW_BYTES } from './limits.ts';
import { Multiplexer } from './multiplexer.ts';
import type { MidStream } from './stream.ts';

const open: Open = {
  job: 'rest',
  grantId: 'grant_1',
  origin: 'https://api.example',
  method: 'GET',
  path: '/2.0/user',
  query: '',
  headers: {},
  timeoutMs: 1000,
};

/** Two ends joined by memory: what one sends, the other receives at the end of the tick. */
function pair(onStream: (stream: MidStream) => void) {
  const closes: { by: string; code: number; reason: string }[] = [];
  let messages = 0;
  const end = (by: string, other: () => Multiplexer, calls: ((stream: MidStream) => void) | undefined) =>
    new Multiplexer({
      schedule: (flush) => setImmediate(flush),
      onSession: () => undefined,
      ...(calls === undefined ? {} : { onStream: calls }),
      transport: {
        send(message, sent) {
          messages += 1;
          const copy = message.slice();
          setImmediate(() => {
            sent();
            other().receive(copy);
          });
        },
        close(code, reason) {
          closes.push({ by, code, reason });
          other().lost(reason);
        },
      },
    });
  const instance: Multiplexer = end('instance', () => agent, undefined);
  const agent: Multiplexer = end('agent', () => instance, onStream);
  return { instance, agent, closes, messages: () => messages };
}

async function collect(stream: MidStream): Promise<number> {
  let bytes = 0;
  for await (const chunk of stream.body()) bytes += chunk.byteLength;
  return bytes;
}

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
};

describe('multiplexer', () => {
  it('carries a head and bodies of any size in both directions, cut anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(200_000), { maxLength: 8 }),
        fc.array(fc.nat(200_000), { maxLength: 8 }),
        async (request, answer) => {
          let received = -1;
          const { instance, agent, closes } = pair(async (stream) => {
            received = await collect(stream);
            stream.sendHead({ status: 200, headers: {}, upstreamMs: 1 }, false);
            for (const size of answer) if (!stream.write(new Uint8Array(size))) await stream.writable();
            stream.end();
          });
          const stream = instance.open(open, false);
          for (const size of request) if (!stream.write(new Uint8Array(size))) await stream.writable();
          stream.end();
          expect((await stream.head).status).toBe(200);
          const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0);
          expect(await collect(stream)).toBe(sum(answer));
          expect(received).toBe(sum(request));
          expect([instance.openStreams, agent.openStreams, closes]).toEqual([0, 0, []]);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('holds a sender back at the window when nobody reads', async () => {
    let accepted = 0;
    const { instance } = pair((stream) => {
      stream.sendHead({ status: 200, headers: {}, upstreamMs: 1 }, false);
      while (stream.write(new Uint8Array(10_000))) accepted += 10_000;
    });
    const stream = instance.open(open, true);
    await stream.head;
    await until(() => accepted > 0);
    expect(accepted).toBeLessThanOrEqual(STREAM_WINDOW_BYTES);
  });

  it('closes the session when the peer sends beyond its credit', async () => {
    const { instance, closes } = pair((stream) => {
      stream.sendHead({ status: 200, headers: {}, upstreamMs: 1 }, false);
    });
    const stream = instance.open(open, true);
    await stream.head;
    const payload = new Uint8Array(MAX_DATA_BYTES);
    for (let sent = 0; sent <= STREAM_WINDOW_BYTES; sent += MAX_DATA_BYTES) {
      instance.receive(encodeMessage([{ type: FRAME_TYPE.DATA, streamId: 1, fin: false, payload }]));
    }
    expect(closes).toEqual([{ by: 'instance', code: 4400, reason: 'Data beyond the credit' }]);
    await expect(collect(stream)).rejects.toMatchObject({ code: 'lost' });
  });

  it('tells the agent when the caller cancels, and forgets the stream', async () => {
    let gone: string | undefined;
    const { instance, agent } = pair((stream) => {
      stream.onGone((failure) => {
        gone = failure.code;
      });
    });
    const stream = instance.open(open, true);
    await until(() => agent.openStreams === 1);
    stream.cancel('caller gone');
    await expect(stream.head).rejects.toMatchObject({ code: 'cancelled' });
    await until(() => gone !== undefined);
    expect([gone, instance.openStreams, agent.openStreams]).toEqual(['cancelled', 0, 0]);
  });

  it('gives the caller an error of the agent with its code, after the bytes that came before', async () => {
    const { instance } = pair((stream) => {
      stream.sendHead({ status: 200, headers: {}, upstreamMs: 1 }, false);
      stream.write(new Uint8Array(10));
      stream.fail({ code: 'upstream_broken', message: 'cut', started: true });
    });
    const stream = instance.open(open, true);
    let bytes = 0;
    const reading = (async () => {
      for await (const chunk of stream.body()) bytes += chunk.byteLength;
    })();
    await expect(reading).rejects.toMatchObject({ code: 'upstream_broken', started: true });
    expect(bytes).toBe(10);
  });

  it('fails every open call at once when the connection is lost', async () => {
    const { instance } = pair(() => undefined);
    const streams = [instance.open(open, true), instance.open(open, true)];
    instance.lost('connection reset');
    for (const stream of streams) await expect(stream.head).rejects.toMatchObject({ code: 'lost' });
    expect(() => instance.open(open, true)).toThrow('gone');
  });

  it('sends the frames of one tick as one message', async () => {
    const ends = pair((stream) => {
      stream.sendHead({ status: 200, headers: {}, upstreamMs: 1 }, false);
      stream.write(new Uint8Array(10));
      stream.end();
    });
    const streams = Array.from({ length: 20 }, () => ends.instance.open(open, true));
    await Promise.all(streams.map((stream) => collect(stream)));
    expect(ends.messages()).toBe(2);
  });

  it('does not let an agent open a stream at the instance', () => {
    const { instance, agent, closes } = pair(() => undefined);
    agent.open(open, true);
    agent.flush();
    instance.receive(
      encodeMessage([{ type: FRAME_TYPE.OPEN, streamId: 1, fin: true, payload: new Uint8Array() }]),
    );
    expect(closes[0]?.reason).toBe('This side does not take calls');
  });
});
