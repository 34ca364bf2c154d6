/** A token that is due, and whose provider has to be asked. */
export interface DueToken {
  readonly credentialId: string;
  readonly registryId: string;
}

const SECOND = 1000;
/** While some wait for their lane, others are looked for no more often. */
const LOOK_AGAIN_MS = SECOND;

export interface RefreshLanesParts {
  /** Those that are due, except of these registries, each token once at most. */
  look: (exceptRegistries: readonly string[]) => Promise<readonly DueToken[]>;
  /** So many of one registry at once: a provider that is slow must not hold up the tokens of others. */
  laneWidth: number;
}

/** Hands out one due token after the other to many workers, never too many of one registry; ends when none is left. */
export class RefreshLanes {
  readonly #parts: RefreshLanesParts;
  readonly #underWay = new Map<string, number>();
  readonly #waiting: (() => void)[] = [];
  #items: DueToken[] = [];
  #looking: Promise<void> | undefined;
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: RefreshLanesParts) {
    this.#parts = parts;
  }

  /** The next one, whose `done` must be called; undefined when there is none any more. */
  async next(): Promise<(DueToken & { done: () => void }) | undefined> {
    for (;;) {
      const index = this.#items.findIndex(({ registryId }) => !this.#isFull(registryId));
      const [item] = index < 0 ? [] : this.#items.splice(index, 1);
      if (item !== undefined) return this.#begin(item);
      const isEmpty = this.#items.length === 0;
      if (isEmpty || performance.now() - this.#lookedAtMs > LOOK_AGAIN_MS) {
        await this.#look();
        // Lanes may have become free meanwhile.
        if (this.#items.length > 0) continue;
        if (!this.#isAnyFull()) return undefined;
      }
      // A lane is full, so somebody will be done.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #begin(item: DueToken): DueToken & { done: () => void } {
    this.#count(item.registryId, 1);
    const done = () => {
      this.#count(item.registryId, -1);
      for (const resolve of this.#waiting.splice(0)) resolve();
    };
    return { ...item, done };
  }

  #count(registryId: string, by: number): void {
    const count = (this.#underWay.get(registryId) ?? 0) + by;
    if (count === 0) this.#underWay.delete(registryId);
    else this.#underWay.set(registryId, count);
  }

  #isFull(registryId: string): boolean {
    return (this.#underWay.get(registryId) ?? 0) >= this.#parts.laneWidth;
  }

  #isAnyFull(): boolean {
    return [...this.#underWay.keys()].some((id) => this.#isFull(id));
  }

  #look(): Promise<void> {
    this.#looking ??= (async () => {
      const full = [...this.#underWay.keys()].filter((id) => this.#isFull(id));
      this.#items.push(...(await this.#parts.look(full)));
      this.#lookedAtMs = performance.now();
    })().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }
}
