import { z } from 'zod';
import { htmlLink } from './link.ts';

/** `2018-09-20T12:49:08.541926+00:00`. A moment that cannot be read is unknown, not a reason to lose a page. */
const moment = z.iso.datetime({ offset: true }).optional().catch(undefined);

export const repository = z.object({
  uuid: z.string().min(1),
  name: z.string(),
  full_name: z.string().regex(/^[^/]+\/[^/]+$/),
  slug: z.string().min(1).optional(),
  description: z.string().nullish(),
  is_private: z.boolean(),
  language: z.string().nullish(),
  size: z.number().nonnegative().nullish(),
  created_on: moment,
  updated_on: moment,
  /** Null in an empty repository. */
  mainbranch: z.object({ name: z.string() }).nullish(),
  project: z.object({ uuid: z.string().min(1), key: z.string() }).nullish(),
  workspace: z.object({ name: z.string() }).optional().catch(undefined),
  links: htmlLink,
});
export type Repository = z.infer<typeof repository>;

/** The description does not list `slug`; `full_name` always ends with it. */
export function slugOf(value: Repository): string {
  return value.slug ?? value.full_name.slice(value.full_name.indexOf('/') + 1);
}
