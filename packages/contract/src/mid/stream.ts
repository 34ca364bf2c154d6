import type { Open, ResponseHead, StreamError } from './control.ts';
import { MAX_DATA_BYTES, STREAM_WINDOW_BYTES } from './limits.ts';
import { ProtocolError } from './protocol-error.ts';

/** Why a stream ended before its time. `lost` and `closed`: the session itself is gone. */
export class StreamFailure extends Error {
  override readonly name = 'StreamFailure';
  readonly code: StreamError['code'] | 'cancelled' | 'lost';
  /** Whether anything may have been sent upstream. */
  readonly started: boolean;

  constructor(code: StreamFailure['code'], message: string, started: boolean) {
    super(message);
    this.code = code;
    this.started = started;
  }
}

/** What a stream needs from the session that carries it. */
export interface StreamWire {
  data(streamId: number, bytes: Uint8Array, fin: boolean): void;
  end(streamId: number): void;
  credit(streamId: number, bytes: number): void;
  headers(streamId: number, head: ResponseHead, fin: boolean): void;
  cancel(streamId: number, reason: string): void;
  error(streamId: number, error: StreamError): void;
  /** Whether the socket takes more. */
  writable(): boolean;
  /** Both directions are done: the session forgets the stream. */
  finished(streamId: number): void;
}

/**
 * One call: a body in each direction under credit, and a head in the answer. The instance opens it, the agent
 * answers. A sender never has more than the window under way, so neither side stores more than that.
 */
export class MidStream {
  readonly id: number;
  readonly open: Open;
  /** The answer's head; only the side that opened the stream waits for it. */
  readonly head: Promise<ResponseHead>;
  readonly #wire: StreamWire;
  readonly #isOpener: boolean;
  #resolveHead: (head: ResponseHead) => void = () => undefined;
  #rejectHead: (failure: StreamFailure) => void = () => undefined;
  #hasHead = false;

  #sendCredit = STREAM_WINDOW_BYTES;
  #outgoing: Uint8Array[] = [];
  #endWhenSent = false;
  #sentAll = false;
  #whenWritable: (() => void) | undefined;

  #receiveCredit = STREAM_WINDOW_BYTES;
  #incoming: Uint8Array[] = [];
  #discarding = false;
  #consumed = 0;
  #receivedAll = false;
  #whenReadable: (() => void) | undefined;

  #failure: StreamFailure | undefined;
  #whenGone: ((failure: StreamFailure) => void) | undefined;

  constructor(id: number, open: Open, wire: StreamWire, isOpener: boolean) {
    this.id = id;
    this.#isOpener = isOpener;
    this.open = open;
    this.#wire = wire;
    this.head = new Promise((resolve, reject) => {
      this.#resolveHead = resolve;
      this.#rejectHead = reject;
    });
    // The agent's side never looks at it.
    this.head.catch(() => undefined);
  }

  get failure(): StreamFailure | undefined {
    return this.#failure;
  }

  /** Whether `body` will give anything: a request may have arrived whole before anybody looked. */
  get hasBody(): boolean {
    return !this.#receivedAll || this.#incoming.length > 0;
  }

  /** Whether this side has said everything. */
  get isSent(): boolean {
    return this.#sentAll;
  }

  /** The peer cancelled or the session is gone; called once, at once if that has happened. */
  onGone(callback: (failure: StreamFailure) => void): void {
    if (this.#failure !== undefined) callback(this.#failure);
    else this.#whenGone = callback;
  }

  sendHead(head: ResponseHead, fin: boolean): void {
    if (this.#closedForSending()) return;
    this.#wire.headers(this.id, head, fin);
    if (fin) this.#sent();
  }

  /** Sends or keeps `chunk`. @returns false when the caller should wait for `writable` before the next */
  write(chunk: Uint8Array): boolean {
    if (this.#closedForSending() || this.#endWhenSent) return false;
    if (chunk.byteLength > 0) this.#outgoing.push(chunk);
    this.pump();
    return this.#outgoing.length === 0;
  }

  end(): void {
    if (this.#closedForSending()) return;
    this.#endWhenSent = true;
    this.pump();
  }

  /** Resolves when everything written so far is on its way, or the stream has failed. */
  writable(): Promise<void> {
    if (this.#outgoing.length === 0 || this.#failure !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenWritable = resolve;
    });
  }

  /** Same as `writable` for callers that cannot wait: `callback` runs once. */
  onWritable(callback: () => void): void {
    this.#whenWritable = callback;
  }

  /** Ends the stream for both sides with a reason that the peer's caller gets. */
  fail(error: StreamError): void {
    if (this.#isOver()) return;
    this.#wire.error(this.id, error);
    this.#give(new StreamFailure(error.code, error.message, error.started), false);
  }

  /** This side no longer wants the stream; the peer stops what it does for it. */
  cancel(reason: string): void {
    if (this.#isOver()) return;
    this.#wire.cancel(this.id, reason);
    this.#give(new StreamFailure('cancelled', reason, true), false);
  }

  /**
   * The peer's body. Who opened the stream and leaves the loop early cancels it; for the answering side the rest
   * of a request body is of no interest once the upstream has answered.
   */
  async *body(): AsyncGenerator<Uint8Array, void, undefined> {
    let whole = false;
    try {
      for (;;) {
        const chunk = this.#incoming.shift();
        if (chunk !== undefined) {
          this.#consume(chunk.byteLength);
          yield chunk;
        } else if (this.#failure !== undefined) {
          throw this.#failure;
        } else if (this.#receivedAll) {
          whole = true;
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#whenReadable = resolve;
          });
        }
      }
    } finally {
      if (!whole && this.#isOpener) this.cancel('the body was not read to its end');
      else if (!whole) this.#discard();
    }
  }

  // What follows is for the session that carries the stream.

  /** Sends what credit and socket allow. */
  pump(): void {
    while (this.#outgoing.length > 0 && this.#sendCredit > 0 && this.#wire.writable()) {
      const chunk = this.#outgoing[0] ?? new Uint8Array();
      const bytes = Math.min(chunk.byteLength, this.#sendCredit, MAX_DATA_BYTES);
      const last = bytes === chunk.byteLength;
      if (last) this.#outgoing.shift();
      else this.#outgoing[0] = chunk.subarray(bytes);
      this.#sendCredit -= bytes;
      const fin = last && this.#endWhenSent && this.#outgoing.length === 0;
      this.#wire.data(this.id, chunk.subarray(0, bytes), fin);
      if (fin) {
        this.#sent();
        return;
      }
    }
    if (this.#outgoing.length > 0) return;
    if (this.#endWhenSent && !this.#sentAll) {
      this.#wire.end(this.id);
      this.#sent();
    } else {
      this.#wakeWriter();
    }
  }

  /** The opening frame carried the end of the request. */
  openedWithoutBody(): void {
    this.#sentAll = true;
  }

  takeCredit(bytes: number): void {
    this.#sendCredit += bytes;
    if (this.#sendCredit > STREAM_WINDOW_BYTES) throw new ProtocolError('More credit than the window');
    this.pump();
  }

  takeHead(head: ResponseHead, fin: boolean): void {
    if (this.#hasHead) throw new ProtocolError('A second head');
    this.#hasHead = true;
    this.#resolveHead(head);
    if (fin) this.takeEnd();
  }

  takeData(payload: Uint8Array, fin: boolean): void {
    if (this.#receivedAll) throw new ProtocolError('Data after the end');
    if (payload.byteLength > this.#receiveCredit) throw new ProtocolError('Data beyond the credit');
    this.#receiveCredit -= payload.byteLength;
    if (this.#discarding) this.#consume(payload.byteLength);
    else if (payload.byteLength > 0) this.#incoming.push(payload);
    if (fin) this.takeEnd();
    else this.#wakeReader();
  }

  takeEnd(): void {
    if (this.#receivedAll) throw new ProtocolError('A second end');
    this.#receivedAll = true;
    this.#wakeReader();
    if (this.#sentAll) this.#wire.finished(this.id);
  }

  /** The peer ended the stream before its time, or the session is gone. */
  takeFailure(failure: StreamFailure): void {
    if (!this.#isOver()) this.#give(failure, true);
  }

  #discard(): void {
    this.#discarding = true;
    for (const chunk of this.#incoming.splice(0)) this.#consume(chunk.byteLength);
  }

  #closedForSending(): boolean {
    return this.#failure !== undefined || this.#sentAll;
  }

  #isOver(): boolean {
    return this.#failure !== undefined || (this.#sentAll && this.#receivedAll);
  }

  #sent(): void {
    this.#sentAll = true;
    this.#wakeWriter();
    if (this.#receivedAll) this.#wire.finished(this.id);
  }

  #give(failure: StreamFailure, byPeer: boolean): void {
    this.#failure = failure;
    this.#outgoing = [];
    // What arrived before a failure of the peer is still true; what we gave up ourselves nobody reads.
    if (!byPeer) this.#incoming = [];
    this.#rejectHead(failure);
    this.#wakeReader();
    this.#wakeWriter();
    const whenGone = this.#whenGone;
    this.#whenGone = undefined;
    if (byPeer) whenGone?.(failure);
    this.#wire.finished(this.id);
  }

  /** Credit goes back in halves of the window: small bodies cost no CREDIT frame at all. */
  #consume(bytes: number): void {
    this.#consumed += bytes;
    if (this.#consumed < STREAM_WINDOW_BYTES / 2 || this.#receivedAll || this.#failure !== undefined) return;
    this.#receiveCredit += this.#consumed;
    this.#wire.credit(this.id, this.#consumed);
    this.#consumed = 0;
  }

  #wakeReader(): void {
    const wake = this.#whenReadable;
    this.#whenReadable = undefined;
    wake?.();
  }

  #wakeWriter(): void {
    const wake = this.#whenWritable;
    this.#whenWritable = undefined;
    wake?.();
  }
}
