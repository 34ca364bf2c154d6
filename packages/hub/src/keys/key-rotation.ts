import { setTimeout as sleep } from 'node:timers/promises';
import { createVault, type KeyRing, type MasterKeys } from '@lockkeeper/vault';
import { createAuditLog } from '../access/audit-log.ts';
import type { Db } from '../db/database.ts';
import { createOutbox } from '../events/outbox.ts';
import { recordKeyStep } from './key-audit.ts';
import { withKeyLock } from './key-lock.ts';
import { announceKeys, listInstancesWithout } from './key-presence.ts';
import { KeyProblem } from './key-problem.ts';
import { openKeyRing } from './open-key-ring.ts';
import { type ResealProgress, resealAll } from './reseal.ts';
import { createVaultKeyStore } from './vault-key-store.ts';

export interface KeyCommandParts {
  db: Db;
  masterKeys: () => Promise<MasterKeys>;
  now?: () => Date;
}

export interface RotateKeysOptions extends KeyCommandParts {
  onProgress?: (progress: ResealProgress) => void;
  /** How long instances get to tell which keys they know. */
  rollCallMs?: number;
  /** How long an instance may go on sealing with the key that was replaced; see `KeyRing.sealingKey`. */
  settleMs?: number;
}

export interface KeyRotation {
  readonly dataKeyId: string;
  /** Another run had begun it. */
  readonly isResumed: boolean;
  /** Data keys that the present master key wraps now and another one did before. */
  readonly rewrapped: number;
  readonly resealed: number;
  /** `table.column` of values that do not open: damaged before, and left as they are. */
  readonly damaged: readonly string[];
}

const ROLL_CALL_POLL_MS = 50;

/**
 * Makes a new data key, wraps all of them under the present master key, and seals every stored value anew, while
 * instances go on. Killed at any point, the next call goes on where it was.
 *
 * @throws KeyProblem, VaultError
 */
export async function rotateKeys(options: RotateKeysOptions): Promise<KeyRotation> {
  const { db, masterKeys, now = () => new Date(), onProgress = () => {}, settleMs = 1_500 } = options;
  const store = createVaultKeyStore(db);
  const audit = createAuditLog({ now });
  const outbox = createOutbox({ now });
  return withKeyLock(db, async (connection) => {
    if ((await store.list()).length === 0) {
      throw new KeyProblem('This database has no keys yet. Start an instance on it first.');
    }
    const ring = await openKeyRing(db, masterKeys);
    await waitForInstances(db, ring, options.rollCallMs ?? 5_000);
    const rewrapped = await rewrapAll(ring);
    const { id: dataKeyId, isResumed } = await begin(ring);
    const vault = createVault(ring);
    let resealed = 0;
    for (;;) {
      // Whoever still seals with the key that was replaced has stopped after this.
      await sleep(settleMs);
      const pass = await resealAll(connection, vault, dataKeyId, (progress) =>
        onProgress({ resealed: resealed + progress.resealed, total: resealed + progress.total }),
      );
      resealed += pass.resealed;
      if (pass.resealed > 0) continue;
      await finish(dataKeyId, resealed, pass.damaged);
      return { dataKeyId, isResumed, rewrapped, resealed, damaged: pass.damaged };
    }
  });

  /** The new key is the current one from the moment it is stored; what remains is derived from the rows. */
  async function begin(ring: KeyRing): Promise<{ id: string; isResumed: boolean }> {
    const current = (await store.list()).find((key) => key.isCurrent);
    if (current === undefined) throw new KeyProblem('This database has no current data key.');
    if (current.completedAt === undefined) return { id: current.id, isResumed: true };
    const key = await ring.newDataKey();
    await db.transaction().execute(async (trx) => {
      if (!(await store.replaceCurrent(key, current.id, trx))) {
        throw new KeyProblem('Another program has just replaced the data key. Try again.');
      }
      await announceKeys(trx);
      await recordKeyStep(audit, trx, {
        action: 'vault_key.created',
        id: key.id,
        summary: `began the rotation from data key ${current.id} to ${key.id}`,
        after: { replaces: current.id, masterKey: key.keyEncryptionId },
      });
    });
    await ring.reload();
    return { id: key.id, isResumed: false };
  }

  async function rewrapAll(ring: KeyRing): Promise<number> {
    const [wrapping] = ring.keyEncryptionIds;
    let rewrapped = 0;
    for (const before of await store.list()) {
      if (before.keyEncryptionId === wrapping) continue;
      const after = await ring.rewrap(before);
      await db.transaction().execute(async (trx) => {
        if (!(await store.rewrap(before, after, trx))) return;
        rewrapped++;
        await recordKeyStep(audit, trx, {
          action: 'vault_key.rewrapped',
          id: before.id,
          summary: `wrapped data key ${before.id} under master key ${after.keyEncryptionId}`,
          before: { masterKey: before.keyEncryptionId },
          after: { masterKey: after.keyEncryptionId },
        });
      });
    }
    return rewrapped;
  }

  function finish(id: string, resealed: number, damaged: readonly string[]): Promise<void> {
    return db.transaction().execute(async (trx) => {
      await store.complete(id, trx);
      await outbox.publish({ type: 'vault_key.rotated', data: { keyId: id, resealed } }, trx);
      await recordKeyStep(audit, trx, {
        action: 'vault_key.rotated',
        id,
        summary: `finished the rotation to data key ${id}`,
        after: { resealed, damaged: damaged.length },
      });
    });
  }
}

/** A key that a living instance lacks would lock that instance out. */
async function waitForInstances(db: Db, ring: KeyRing, rollCallMs: number): Promise<void> {
  const [wrapping = ''] = ring.keyEncryptionIds;
  await announceKeys(db);
  const deadlineMs = performance.now() + rollCallMs;
  for (;;) {
    const without = await listInstancesWithout(db, wrapping);
    if (without.length === 0) return;
    if (performance.now() > deadlineMs) {
      throw new KeyProblem(
        `Nothing was changed: ${without.join(', ')} does not know the master key ${wrapping} yet. ` +
          'Restart every instance with the new key and the former one, then try again.',
      );
    }
    await sleep(ROLL_CALL_POLL_MS);
  }
}
