import { z } from 'zod';

/** `detail`, `data` and `fields` come in more shapes than the description allows, so only the message is read. */
export const errorBody = z.object({
  type: z.literal('error').optional(),
  error: z.object({ message: z.string() }),
});
