import { Duplex } from 'node:stream';
import type { MidStream } from '@lockkeeper/contract/mid';

/** A tunnel as a stream for TLS to run on. Destroying it ends the connection at the far end. */
export class TunnelSocket extends Duplex {
  readonly #stream: MidStream;
  readonly #incoming: AsyncGenerator<Uint8Array, void, undefined>;

  constructor(stream: MidStream) {
    super();
    this.#stream = stream;
    this.#incoming = stream.body();
    stream.onGone((failure) => this.destroy(failure));
  }

  override _read(): void {
    this.#incoming.next().then(
      ({ value, done }) => this.push(done ? null : value),
      (error: Error) => this.destroy(error),
    );
  }

  override _write(chunk: Uint8Array, _encoding: string, done: (error?: Error | null) => void): void {
    if (this.#stream.write(chunk)) done();
    else this.#stream.writable().then(() => done(this.#stream.failure), done);
  }

  override _final(done: () => void): void {
    this.#stream.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#stream.cancel('the instance is done');
    done(error);
  }
}
