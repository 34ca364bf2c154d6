/** An instance that only works on discoveries, as a process that a test can kill. */
import process from 'node:process';
import { bitbucketCloud } from '@lockkeeper/bitbucket-cloud';
import { createAuditLog } from '../src/access/audit-log.ts';
import { createDatabase } from '../src/db/database.ts';
import { Notifications } from '../src/db/notifications.ts';
import { createDiscovery } from '../src/discovery/discovery.ts';
import { EventBus } from '../src/events/event-bus.ts';
import { createLogger } from '../src/log.ts';
import { ToolAccess } from '../src/tools/tool-access.ts';
import { directCalls } from './direct-calls.ts';

const connection = { connectionString: process.env.DATABASE_URL ?? '' };
const { db } = createDatabase(connection);
const now = () => new Date();
const logger = createLogger({ level: 'info' });
const call = directCalls(() => process.env.TOKEN ?? '');
createDiscovery({
  db,
  auditLog: createAuditLog({ now }),
  events: new EventBus(new Notifications(connection), logger),
  access: new ToolAccess({ db, definitions: [bitbucketCloud], call, now }),
  logger,
  now,
  leaseMs: 1000,
  pollMs: 50,
}).start();
// The worker's timers keep no process alive by themselves.
setInterval(() => {}, 60_000);
console.log('working');
