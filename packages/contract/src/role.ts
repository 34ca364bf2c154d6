import { z } from 'zod';

/** What people and API keys may do. `integration` may use credentials through tools but read no configuration. */
export const role = z.enum(['admin', 'tool_owner', 'integration', 'viewer']);
export type Role = z.infer<typeof role>;

export const roleView = z.object({ role, label: z.string(), description: z.string() });
export type RoleView = z.infer<typeof roleView>;
