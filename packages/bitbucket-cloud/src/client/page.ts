import { z } from 'zod';

/** Only `values` and `next` are guaranteed; the end is where `next` is absent. */
export function pageOf<T extends z.ZodType>(value: T) {
  return z.object({
    values: z.array(value),
    next: z.url().optional(),
    size: z.int().nonnegative().optional(),
  });
}
