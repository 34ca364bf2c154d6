import process from 'node:process';

const intervalMs = 500;

/** One line that is written over on a terminal, and a line now and then anywhere else. */
export class ProgressLine {
  readonly #stream = process.stderr;
  #shownAtMs = 0;
  #isOpen = false;

  show(text: string): void {
    const nowMs = performance.now();
    if (nowMs - this.#shownAtMs < intervalMs) return;
    this.#shownAtMs = nowMs;
    this.#isOpen = this.#stream.isTTY === true;
    this.#stream.write(this.#isOpen ? `\r\x1b[2K${text}` : `${text}\n`);
  }

  end(): void {
    if (this.#isOpen) this.#stream.write('\n');
    this.#isOpen = false;
  }
}
