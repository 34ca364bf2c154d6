import { z } from 'zod';
import { discoveryRun } from './discovery-run.ts';
import { credentialId, midServerId, toolId } from './id.ts';
import { tokenState } from './token.ts';

/** GET /events (server-sent events): `event:` is the type, `data:` the JSON below. A hint to read again, except for runs. */
export const serverEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('credential.token'), credentialId, state: tokenState }),
  z.object({ type: z.literal('mid-server.updated'), midServerId }),
  z.object({ type: z.literal('tool.updated'), toolId }),
  z.object({ type: z.literal('discovery-run.updated'), run: discoveryRun }),
]);
export type ServerEvent = z.infer<typeof serverEvent>;
