import { z } from 'zod';

/** A value of `GET /user/workspaces`: it names the workspace by slug and uuid only. */
export const workspaceAccess = z.object({
  administrator: z.boolean().optional(),
  workspace: z.object({ uuid: z.string().min(1), slug: z.string().min(1) }),
});
export type WorkspaceAccess = z.infer<typeof workspaceAccess>;
