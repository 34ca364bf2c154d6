import {
  type Control,
  cancelSchema,
  encodeControl,
  encodeCredit,
  errorSchema,
  headersSchema,
  type Open,
  openSchema,
  parseControl,
  parseCredit,
} from './control.ts';
import {
  decodeMessage,
  encodeMessage,
  FRAME_TYPE,
  type Frame,
  type FrameType,
  HEADER_BYTES,
} from './frame.ts';
import { CLOSE_CODE, MAX_MESSAGE_BYTES, MAX_STREAMS, SOCKET_HIGH_WATER_BYTES } from './limits.ts';
import { ProtocolError } from './protocol-error.ts';
import { readSessionFrame, type SessionFrame, type SessionType } from './session-frame.ts';
import { MidStream, StreamFailure, type StreamWire } from './stream.ts';

/** One WebSocket, or anything else that carries whole messages in order. */
export interface MidTransport {
  /** @param sent called when the socket has taken the bytes */
  send(message: Uint8Array, sent: () => void): void;
  close(code: number, reason: string): void;
}

export interface MultiplexerOptions {
  readonly transport: MidTransport;
  /** Runs once at the end of the tick: what was written until then leaves as one message. */
  readonly schedule: (flush: () => void) => void;
  /** HELLO, PING, GRANT and so on. A ProtocolError thrown here ends the session. */
  readonly onSession: (frame: SessionFrame) => void;
  /** Present on the side that answers calls: the agent. */
  readonly onStream?: (stream: MidStream) => void;
  /** The last open stream has finished. */
  readonly onIdle?: () => void;
}

const MAX_CORKED_BYTES = MAX_MESSAGE_BYTES / 4;

/** Many calls over one connection. Knows nothing of WebSockets, tokens or HTTP. */
export class Multiplexer {
  readonly #options: MultiplexerOptions;
  readonly #streams = new Map<number, MidStream>();
  readonly #wire: StreamWire;
  #lastStreamId = 0;
  #corked: Frame[] = [];
  #corkedBytes = 0;
  #isScheduled = false;
  #unsentBytes = 0;
  #isClosed = false;

  constructor(options: MultiplexerOptions) {
    this.#options = options;
    this.#wire = this.#newWire();
  }

  get openStreams(): number {
    return this.#streams.size;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** @throws StreamFailure `lost` when the session is gone, `draining` when it has too many streams */
  open(open: Open, fin: boolean): MidStream {
    if (this.#isClosed) throw new StreamFailure('lost', 'The session is gone', false);
    if (this.#streams.size >= MAX_STREAMS)
      throw new StreamFailure('not_ready', 'Too many calls at once', false);
    this.#lastStreamId += 1;
    const stream = new MidStream(this.#lastStreamId, open, this.#wire, true);
    this.#streams.set(stream.id, stream);
    this.#write(FRAME_TYPE.OPEN, stream.id, encodeControl(FRAME_TYPE.OPEN, open), fin);
    if (fin) stream.openedWithoutBody();
    return stream;
  }

  send<T extends SessionType>(type: T, value: Control<T>): void {
    this.#write(type, 0, encodeControl(type, value), false);
  }

  /** One message from the peer. What breaks the protocol closes the session and throws nothing. */
  receive(message: Uint8Array): void {
    if (this.#isClosed) return;
    try {
      for (const frame of decodeMessage(message)) {
        this.#take(frame, message.byteLength);
        if (this.#isClosed) return;
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.close(CLOSE_CODE.protocol, error.message);
    }
  }

  /** Sends what is corked and closes; every open stream fails as `lost`. */
  close(code: number, reason: string): void {
    if (this.#isClosed) return;
    this.flush();
    this.lost(reason);
    this.#options.transport.close(code, reason.slice(0, 120));
  }

  /** The connection is gone: every open stream fails. */
  lost(reason: string): void {
    this.#isClosed = true;
    this.#corked = [];
    for (const stream of [...this.#streams.values()]) {
      stream.takeFailure(new StreamFailure('lost', reason, true));
    }
    this.#streams.clear();
  }

  flush(): void {
    this.#isScheduled = false;
    if (this.#corked.length === 0 || this.#isClosed) return;
    const message = encodeMessage(this.#corked);
    this.#corked = [];
    this.#corkedBytes = 0;
    this.#unsentBytes += message.byteLength;
    this.#options.transport.send(message, () => {
      const wasFull = !this.#wire.writable();
      this.#unsentBytes -= message.byteLength;
      if (wasFull && this.#wire.writable()) for (const stream of this.#streams.values()) stream.pump();
    });
  }

  #write(type: FrameType, streamId: number, payload: Uint8Array, fin: boolean): void {
    if (this.#isClosed) return;
    const bytes = HEADER_BYTES + payload.byteLength;
    if (this.#corkedBytes + bytes > MAX_CORKED_BYTES) this.flush();
    this.#corked.push({ type, streamId, payload, fin });
    this.#corkedBytes += bytes;
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#options.schedule(() => this.flush());
  }

  #take(frame: Frame, messageBytes: number): void {
    if (frame.streamId === 0) {
      this.#options.onSession(readSessionFrame(frame));
      return;
    }
    if (frame.type === FRAME_TYPE.OPEN) {
      this.#takeOpen(frame);
      return;
    }
    const stream = this.#streams.get(frame.streamId);
    if (stream === undefined) {
      // The peer could not know yet that we are done with this stream.
      if (frame.streamId <= this.#lastStreamId) return;
      throw new ProtocolError('A frame for a stream that was never opened');
    }
    this.#takeForStream(stream, frame, messageBytes);
  }

  #takeForStream(stream: MidStream, frame: Frame, messageBytes: number): void {
    const { type, payload, fin } = frame;
    if (type === FRAME_TYPE.DATA) {
      // A view keeps its whole message in memory: a small part of a large one is copied out.
      stream.takeData(payload.byteLength * 8 < messageBytes ? payload.slice() : payload, fin);
    } else if (type === FRAME_TYPE.HEADERS) {
      stream.takeHead(parseControl(headersSchema, payload), fin);
    } else if (type === FRAME_TYPE.END) {
      stream.takeEnd();
    } else if (type === FRAME_TYPE.CREDIT) {
      stream.takeCredit(parseCredit(payload));
    } else if (type === FRAME_TYPE.CANCEL) {
      stream.takeFailure(new StreamFailure('cancelled', parseControl(cancelSchema, payload).reason, true));
    } else if (type === FRAME_TYPE.ERROR) {
      const { code, message, started } = parseControl(errorSchema, payload);
      stream.takeFailure(new StreamFailure(code, message, started));
    } else {
      throw new ProtocolError('This frame does not belong to a stream');
    }
  }

  #takeOpen(frame: Frame): void {
    const { onStream } = this.#options;
    if (onStream === undefined) throw new ProtocolError('This side does not take calls');
    if (frame.streamId <= this.#lastStreamId) throw new ProtocolError('A stream id is used twice');
    if (this.#streams.size >= MAX_STREAMS) throw new ProtocolError('Too many streams');
    this.#lastStreamId = frame.streamId;
    const stream = new MidStream(frame.streamId, parseControl(openSchema, frame.payload), this.#wire, false);
    this.#streams.set(stream.id, stream);
    if (frame.fin) stream.takeEnd();
    onStream(stream);
  }

  #newWire(): StreamWire {
    const json = <T extends 'HEADERS' | 'CANCEL' | 'ERROR'>(
      name: T,
      streamId: number,
      value: Control<(typeof FRAME_TYPE)[T]>,
      fin = false,
    ) => this.#write(FRAME_TYPE[name], streamId, encodeControl(FRAME_TYPE[name], value), fin);
    const nothing = new Uint8Array();
    return {
      data: (streamId, bytes, fin) => this.#write(FRAME_TYPE.DATA, streamId, bytes, fin),
      end: (streamId) => this.#write(FRAME_TYPE.END, streamId, nothing, false),
      credit: (streamId, bytes) => this.#write(FRAME_TYPE.CREDIT, streamId, encodeCredit(bytes), false),
      headers: (streamId, head, fin) => json('HEADERS', streamId, head, fin),
      cancel: (streamId, reason) => json('CANCEL', streamId, { reason: reason.slice(0, 256) }),
      error: (streamId, error) =>
        json('ERROR', streamId, { ...error, message: error.message.slice(0, 1024) }),
      writable: () => this.#unsentBytes + this.#corkedBytes < SOCKET_HIGH_WATER_BYTES,
      finished: (streamId) => {
        if (this.#streams.delete(streamId) && this.#streams.size === 0) this.#options.onIdle?.();
      },
    };
  }
}
