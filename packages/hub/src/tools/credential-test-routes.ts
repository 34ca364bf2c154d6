import { credentialId, credentialTest, credentialTestReport } from '@lockkeeper/contract';
import { z } from 'zod';
import { callerOf } from '../http/caller.ts';
import type { HttpApp } from '../http/http-app-type.ts';
import type { CredentialTestService } from './credential-test-service.ts';

/** Here and not with the credentials: the last step is a call to a tool. */
export function registerCredentialTestRoutes(app: HttpApp, service: CredentialTestService): void {
  app.post(
    '/api/v1/credentials/:id/test',
    {
      schema: {
        tags: ['Credentials'],
        summary: 'Test credential: each step with its result, and what to change',
        params: z.object({ id: credentialId }),
        body: credentialTest,
        response: { 200: credentialTestReport },
      },
    },
    (request) => service.test(request.params.id, request.body, callerOf(request)),
  );
}
