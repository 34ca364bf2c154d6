import { type OutboundMessage, outboundMessage } from '@lockkeeper/contract';
import type { TestClient, TestHub } from '@lockkeeper/testing';
import { expect } from 'vitest';

/** Nobody listens there, so that what is told can be read in the outbox. To be allowed with `allowOrigins`. */
export const deafReceiver = 'http://127.0.0.1:9';

/** Everything is told from now on. */
export async function subscribeToAll(admin: TestClient): Promise<void> {
  const body = { name: 'everything', url: `${deafReceiver}/events` };
  const { status, text } = await admin.post('/api/v1/event-subscriptions', body);
  expect([status, text]).toEqual([201, expect.anything()]);
}

/** What is in the outbox, oldest first: it is there when the change has committed, and not otherwise. */
export async function toldBy({ database }: Pick<TestHub, 'database'>): Promise<OutboundMessage[]> {
  const rows = await database.db.selectFrom('outbound_events').select('message').orderBy('id').execute();
  return rows.map(({ message }) => outboundMessage.parse(JSON.parse(message)));
}
