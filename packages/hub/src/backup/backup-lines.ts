const newLine = 0x0a;

/** Cuts what arrives in pieces into lines, without their ends. */
export class LineReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** @returns undefined at the end */
  async next(): Promise<Buffer | undefined> {
    for (;;) {
      const end = this.#rest.indexOf(newLine, this.#at);
      if (end >= 0) {
        const line = this.#rest.subarray(this.#at, end);
        this.#at = end + 1;
        return line;
      }
      const { done, value } = await this.#pieces.next();
      if (done) return undefined;
      this.#rest = Buffer.concat([this.#rest.subarray(this.#at), value]);
      this.#at = 0;
    }
  }

  /** Lets the source go. */
  async close(): Promise<void> {
    await this.#pieces.return?.();
  }
}
