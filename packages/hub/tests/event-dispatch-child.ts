/** An instance that only tells events, as a process that a test can kill. */
import process from 'node:process';
import { createVault, parseMasterKeys } from '@lockkeeper/vault';
import { Registry } from 'prom-client';
import { createAuditLog } from '../src/access/audit-log.ts';
import { createDatabase } from '../src/db/database.ts';
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

const { DATABASE_URL = '', MASTER_KEY = '', ORIGIN = '', DOES } = process.env;
const connection = { connectionString: DATABASE_URL };
const { db } = createDatabase(connection);
const now = () => new Date();
const outbox = createOutbox({ now });
// Its timers keep no process alive by themselves.
setInterval(() => {}, 60_000);

const tell = (name: string) =>
  db.transaction().execute(async (trx) => {
    const credential = { id: newId('credential'), name };
    const { actor } = systemCaller('child');
    await outbox.publish({ type: 'credential.created', data: { credential, actor } }, trx);
    if (name === 'uncommitted') {
      console.log('in the middle');
      await new Promise(() => {});
    }
  });

if (DOES === 'publish') {
  await tell('committed');
  await tell('uncommitted');
} else {
  const logger = createLogger({ level: 'info' });
  const notifications = new Notifications(connection);
  const policy = createOriginPolicy([ORIGIN]);
  const { dispatcher } = createEventSubscriptions({
    db,
    vault: createVault(await openKeyRing(db, async () => parseMasterKeys(MASTER_KEY, undefined))),
    auditLog: createAuditLog({ now }),
    events: new EventBus(notifications, logger),
    notifications,
    outbox,
    policy,
    fetch: createOutboundFetch({ policy }).fetch,
    metrics: new Registry(),
    version: '0.0.0',
    logger,
    now,
    leaseMs: 1000,
  });
  await dispatcher.start();
  console.log('delivering');
}
