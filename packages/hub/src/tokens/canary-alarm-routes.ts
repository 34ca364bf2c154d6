import { canaryAlarm, canaryAlarmId, listQuery, pageOf } from '@lockkeeper/contract';
import { z } from 'zod';
import { callerOf } from '../http/caller.ts';
import type { HttpApp } from '../http/http-app-type.ts';
import type { CanaryAlarms } from './canary-alarms.ts';

const tags = ['Credentials'];
const path = '/api/v1/canary-alarms';
const query = listQuery(['lastAt'], '-lastAt')
  .omit({ q: true })
  .extend({ acknowledged: z.stringbool().optional() });

export function registerCanaryAlarmRoutes(app: HttpApp, alarms: CanaryAlarms): void {
  app.get(path, { schema: { tags, querystring: query, response: { 200: pageOf(canaryAlarm) } } }, (request) =>
    alarms.list(request.query),
  );

  app.post(
    `${path}/:id/acknowledge`,
    { schema: { tags, params: z.object({ id: canaryAlarmId }), response: { 200: canaryAlarm } } },
    (request) => alarms.acknowledge(request.params.id, callerOf(request)),
  );
}
