import type { ActorRef } from '@lockkeeper/contract';
import type { FastifyBaseLogger } from 'fastify';
import type { AuditLog } from '../access/audit-log.ts';
import { type CredentialUses, credentialUsed } from '../access/secret-use.ts';
import type { Db } from '../db/database.ts';
import type { TokenStore } from './token-store.ts';

const SECOND = 1000;
const WRITE_AFTER_MS = 900;
/** In one transaction: neither requests nor whoever waits for the end of the audit chain should notice. */
const WRITTEN_AT_ONCE = 500;
/** How exact a token's last use is; each one would be a write. */
const LAST_USE_EVERY_MS = 10 * SECOND;

export interface UseJournalParts {
  db: Db;
  audit: AuditLog;
  store: Pick<TokenStore, 'recordUses'>;
  logger: FastifyBaseLogger;
  now: () => Date;
}

type Counted = { -readonly [K in keyof CredentialUses]: CredentialUses[K] };

/**
 * Who used which credential how often: counted in memory, and written at most a second later, one audit entry for each
 * credential, actor, kind and MID Server. A process that is killed loses the uses of its last second, and nothing else; a database
 * that is away only delays them.
 */
export class UseJournal {
  readonly #parts: UseJournalParts;
  #uses = new Map<string, Counted>();
  #lastUses = new Map<string, Date>();
  readonly #lastUseWrittenAtMs = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: UseJournalParts) {
    this.#parts = parts;
  }

  /** How long the oldest use has been waiting to be written, in ms. */
  lagMs(): number {
    const [first] = [...this.#uses.values()].map(({ firstAt }) => firstAt.getTime()).toSorted();
    return first === undefined ? 0 : Math.max(0, this.#parts.now().getTime() - first);
  }

  note(
    credential: { readonly id: string; readonly name: string },
    actor: ActorRef,
    kind: CredentialUses['kind'],
    midServer?: { readonly id: string; readonly name: string },
  ): void {
    const at = this.#parts.now();
    const key = `${kind} ${actor.kind} ${actor.id ?? actor.name} ${credential.id} ${midServer?.id}`;
    const counted = this.#uses.get(key);
    if (counted === undefined) {
      const { id, name } = credential;
      this.#uses.set(key, {
        credential: { id, name },
        actor,
        kind,
        midServer,
        count: 1,
        firstAt: at,
        lastAt: at,
      });
    } else {
      counted.count += 1;
      counted.lastAt = at;
    }
    this.noteLastUse(credential.id, at);
  }

  /** For uses that are audited otherwise. */
  noteLastUse(credentialId: string, at: Date = this.#parts.now()): void {
    this.#lastUses.set(credentialId, at);
    this.#writeSoon();
  }

  /** Writes what was counted so far. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  #writeSoon(): void {
    this.#timer ??= setTimeout(() => void this.flush(), WRITE_AFTER_MS).unref();
  }

  async #write(): Promise<void> {
    const { db, audit, logger } = this.#parts;
    const left = [...this.#uses];
    this.#uses = new Map();
    try {
      while (left.length > 0) {
        const drafts = left.slice(0, WRITTEN_AT_ONCE).map(([, uses]) => credentialUsed(uses));
        await db.transaction().execute((trx) => audit.recordAll(drafts, trx));
        left.splice(0, drafts.length);
      }
      await this.#writeLastUses();
    } catch (error) {
      logger.warn(
        { err: error, uses: left.length },
        'uses of credentials could not be written; trying again',
      );
      this.#putBack(left);
      this.#writeSoon();
    }
  }

  async #writeLastUses(): Promise<void> {
    const due: { credentialId: string; at: Date }[] = [];
    for (const [credentialId, at] of this.#lastUses) {
      const writtenAtMs = this.#lastUseWrittenAtMs.get(credentialId) ?? Number.NEGATIVE_INFINITY;
      if (at.getTime() - writtenAtMs >= LAST_USE_EVERY_MS) due.push({ credentialId, at });
    }
    this.#lastUses = new Map();
    if (due.length > 0) await this.#parts.store.recordUses(due);
    for (const { credentialId, at } of due) this.#lastUseWrittenAtMs.set(credentialId, at.getTime());
  }

  #putBack(uses: Iterable<readonly [string, Counted]>): void {
    for (const [key, earlier] of uses) {
      const later = this.#uses.get(key);
      if (later === undefined) this.#uses.set(key, earlier);
      else {
        later.count += earlier.count;
        later.firstAt = earlier.firstAt;
      }
    }
  }
}
