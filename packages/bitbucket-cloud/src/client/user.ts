import { z } from 'zod';

/** `GET /user`. The description promises less than the service sends, so most of it is optional. */
export const user = z.object({
  uuid: z.string().min(1),
  display_name: z.string(),
  nickname: z.string().optional(),
  account_id: z.string().optional(),
});
export type User = z.infer<typeof user>;
