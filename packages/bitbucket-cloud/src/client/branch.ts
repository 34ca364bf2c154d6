import { z } from 'zod';

export const branch = z.object({
  name: z.string().min(1),
  target: z.object({ hash: z.string().regex(/^[0-9a-f]{7,40}$/) }),
  default_merge_strategy: z.string().optional(),
  merge_strategies: z.array(z.string()).optional(),
});
export type Branch = z.infer<typeof branch>;
