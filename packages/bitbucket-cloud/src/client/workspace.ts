import { z } from 'zod';
import { htmlLink } from './link.ts';

/** `GET /workspaces/{workspace}`, and the `workspace` inside other objects. */
export const workspace = z.object({
  uuid: z.string().min(1),
  slug: z.string().min(1),
  name: z.string(),
  links: htmlLink,
});
export type Workspace = z.infer<typeof workspace>;
