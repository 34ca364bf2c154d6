interface Waiting<Item, Result> {
  readonly item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * Does together what is asked for at the same time: while one batch is under way the next one gathers. Alone, an item
 * waits for nobody. A batch begins after each of its items was added, so a reading sees what was written before it.
 */
export class Batches<Item, Result> {
  readonly #run: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly #most: number;
  #waiting: Waiting<Item, Result>[] = [];
  #isRunning = false;

  /** @param run results in the order of the items, at most `most` of them; all of it or nothing */
  constructor(run: (items: readonly Item[]) => Promise<readonly Result[]>, most = 64) {
    this.#run = run;
    this.#most = most;
  }

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#isRunning) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#isRunning = true;
    // Whoever was woken by the same event asks in the same breath.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) await this.#together(this.#waiting.splice(0, this.#most));
    this.#isRunning = false;
  }

  async #together(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#run(batch.map(({ item }) => item));
      for (const [index, result] of results.entries()) batch[index]?.resolve(result);
    } catch (error) {
      // The fault of one must not be that of the others.
      if (batch.length > 1) await Promise.all(batch.map((waiting) => this.#together([waiting])));
      else batch[0]?.reject(error);
    }
  }
}

/** One query for all that are read by their id at the same time. */
export function readsById<Row>(
  read: (ids: readonly string[]) => Promise<readonly Row[]>,
  idOf: (row: Row) => string,
): (id: string) => Promise<Row | undefined> {
  const batches = new Batches<string, Row | undefined>(async (ids) => {
    const rows = new Map((await read([...new Set(ids)])).map((row) => [idOf(row), row]));
    return ids.map((id) => rows.get(id));
  });
  return (id) => batches.add(id);
}
