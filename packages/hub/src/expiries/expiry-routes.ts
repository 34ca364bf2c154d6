import { expiries } from '@lockkeeper/contract';
import type { Db } from '../db/database.ts';
import type { HttpApp } from '../http/http-app-type.ts';
import { expiryView, LONGEST_LEAD_MS, leadTimeNow } from './expiry.ts';
import { listExpiries } from './expiry-store.ts';

export function registerExpiryRoutes(app: HttpApp, db: Db, now: () => Date): void {
  app.get('/api/v1/expiries', { schema: { tags: ['Expiries'], response: { 200: expiries } } }, async () => {
    const at = now();
    const ending = await listExpiries(db, at, new Date(at.getTime() + LONGEST_LEAD_MS));
    return { items: ending.filter((each) => leadTimeNow(each, at) !== undefined).map(expiryView) };
  });
}
