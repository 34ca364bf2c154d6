import { randomBytes } from 'node:crypto';
import type { OutboundEvent } from '@lockkeeper/contract';
import type { Fetch } from '@lockkeeper/oauth';
import { eventually, type TestDatabase, useTestDatabase } from '@lockkeeper/testing';
import { createVault, type MasterKeys, parseMasterKeys } from '@lockkeeper/vault';
import { Registry } from 'prom-client';
import { expect, onTestFinished } from 'vitest';
import { createAuditLog } from '../src/access/audit-log.ts';
import { newId } from '../src/db/ids.ts';
import { Notifications } from '../src/db/notifications.ts';
import { createEventSubscriptions } from '../src/event-subscriptions/event-subscriptions.ts';
import { EventBus } from '../src/events/event-bus.ts';
import { createOutbox } from '../src/events/outbox.ts';
import { systemCaller } from '../src/http/caller.ts';
import { openKeyRing } from '../src/keys/open-key-ring.ts';
import { createLogger } from '../src/log.ts';
import { createOriginPolicy } from '../src/outbound/origin-policy.ts';
import { createOutboundFetch } from '../src/outbound/outbound-fetch.ts';

export interface DispatchOptions {
  /** Of the receivers, which are no public addresses. */
  allowOrigins: readonly string[];
  database?: TestDatabase;
  masterKeys?: MasterKeys;
  now?: () => Date;
  fetch?: Fetch;
  attemptTimeoutMs?: number;
  leaseMs?: number;
}

export const tester = systemCaller('test');

/** One instance's part that delivers events, on a real database. It delivers from `start` on. */
export async function useDispatch(options: DispatchOptions) {
  const { now = () => new Date() } = options;
  const database = options.database ?? (await useTestDatabase());
  const { db } = database;
  const masterKeys = options.masterKeys ?? parseMasterKeys(randomBytes(32).toString('base64'), undefined);
  const logger = createLogger({ level: 'silent' });
  const notifications = new Notifications(database.poolConfig);
  const policy = createOriginPolicy(options.allowOrigins);
  const outbound = createOutboundFetch({ policy });
  const outbox = createOutbox({ now });
  const metrics = new Registry();
  const parts = createEventSubscriptions({
    db,
    vault: createVault(await openKeyRing(db, async () => masterKeys)),
    auditLog: createAuditLog({ now }),
    events: new EventBus(notifications, logger),
    notifications,
    outbox,
    policy,
    fetch: options.fetch ?? outbound.fetch,
    metrics,
    version: '0.0.0',
    logger,
    now,
    // The shortest waits.
    random: () => 0,
    attemptTimeoutMs: options.attemptTimeoutMs,
    leaseMs: options.leaseMs,
  });
  onTestFinished(async () => {
    await parts.stop();
    await notifications.close();
    await outbound.close();
  });
  const publish = (event: OutboundEvent = aChange()) =>
    db.transaction().execute((trx) => outbox.publish(event, trx));
  return { ...parts, database, db, outbox, masterKeys, metrics, publish };
}

export type Dispatch = Awaited<ReturnType<typeof useDispatch>>;

/** Something to tell. */
export function aChange(name = 'Platform'): OutboundEvent {
  return {
    type: 'credential.created',
    data: { credential: { id: newId('credential'), name }, actor: tester.actor },
  };
}

export async function subscribeTo({ subscriptions }: Dispatch, url: string, name = url): Promise<string> {
  const input = { name, url, eventTypes: [], active: true, comments: '' };
  return (await subscriptions.create(input, tester)).eventSubscription.id;
}

export const rowsOf = ({ db }: Dispatch) =>
  db.selectFrom('event_deliveries').selectAll().orderBy('id').execute();

/** The only delivery, once it has been tried so often. */
export const tried = (dispatch: Dispatch, attempts: number) =>
  eventually(async () => {
    const [row] = await rowsOf(dispatch);
    expect(row).toMatchObject({ attempts, lease_id: null });
    if (row === undefined) throw new Error('no delivery');
    return row;
  });
