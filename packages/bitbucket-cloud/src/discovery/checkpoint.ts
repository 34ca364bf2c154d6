import { z } from 'zod';

const place = z.object({ path: z.string(), query: z.string() });

/**
 * Where a discovery stands: which listing comes next and on which page, and which workspaces are still to
 * be read. Names of workspaces are not needed, only their uuids, so it stays small: 40 bytes a workspace.
 */
export const checkpoint = z.object({
  version: z.literal(1),
  /** The listing in hand; absent when the next workspace is to be begun or all is done. */
  reading: z
    .discriminatedUnion('of', [
      z.object({ of: z.literal('workspaces'), place }),
      z.object({ of: z.literal('projects'), workspace: z.string(), place }),
      z.object({ of: z.literal('repositories'), workspace: z.string(), place }),
    ])
    .optional(),
  waiting: z.array(z.string()),
});
export type Checkpoint = z.infer<typeof checkpoint>;
