import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { type ProviderRecord, providerRecord } from './provider-record.ts';
import { ProviderTruth } from './provider-truth.ts';

/** The provider's lines as they are in the file, kept up with as it grows. */
export class ProviderLog {
  readonly truth = new ProviderTruth();
  readonly #file: number;
  #offset = 0;
  #rest = '';

  constructor(path: string) {
    this.#file = openSync(path, 'a+', 0o600);
  }

  /** Takes in what was written since. @returns it */
  read(): ProviderRecord[] {
    const chunks: Buffer[] = [];
    for (;;) {
      const chunk = Buffer.alloc(64 * 1024);
      const bytes = readSync(this.#file, chunk, 0, chunk.length, this.#offset);
      if (bytes === 0) break;
      this.#offset += bytes;
      chunks.push(chunk.subarray(0, bytes));
    }
    const lines = (this.#rest + Buffer.concat(chunks).toString()).split('\n');
    this.#rest = lines.pop() ?? '';
    const records = lines.map((line) => providerRecord.parse(JSON.parse(line)));
    for (const record of records) this.truth.apply(record);
    return records;
  }

  /** For the provider alone. What was written is true from then on, whichever process is killed. */
  append(record: ProviderRecord): void {
    this.#offset += writeSync(this.#file, `${JSON.stringify(record)}\n`);
    this.truth.apply(record);
  }

  close(): void {
    closeSync(this.#file);
  }
}
