import { z } from 'zod';
import { htmlLink } from './link.ts';

export const project = z.object({
  uuid: z.string().min(1),
  key: z.string().min(1),
  name: z.string(),
  is_private: z.boolean().optional(),
  links: htmlLink,
});
export type Project = z.infer<typeof project>;
