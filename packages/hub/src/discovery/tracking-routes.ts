import { toolId, trackingResult, trackingUpdate } from '@lockkeeper/contract';
import { z } from 'zod';
import type { HttpApp } from '../http/http-app-type.ts';
import { principalOf } from '../http/principal.ts';
import type { TrackingService } from './tracking-service.ts';

const params = z.object({ id: toolId });
const tags = ['discovery'];
/** 10,000 ticks, each an id and a word. */
const bodyLimit = 2 * 1024 * 1024;

export function registerTrackingRoutes(app: HttpApp, tracking: TrackingService): void {
  app.put(
    '/api/v1/tools/:id/tracking',
    {
      bodyLimit,
      schema: {
        tags,
        summary: 'Save which repositories are tracked',
        params,
        body: trackingUpdate,
        response: { 200: trackingResult },
      },
    },
    async (request) =>
      tracking.save(request.params.id, request.body, {
        principal: principalOf(request),
        requestId: request.id,
      }),
  );

  app.post(
    '/api/v1/tools/:id/tracking/preview',
    {
      bodyLimit,
      schema: {
        tags,
        summary: 'Count what a choice would track, without saving it',
        params,
        body: trackingUpdate,
        response: { 200: trackingResult },
      },
    },
    async ({ params: { id }, body }) => tracking.preview(id, body),
  );
}
