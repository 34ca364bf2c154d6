import { z } from 'zod';

const link = z.object({ href: z.string() });

/** `links.html`, which is absent or odd on some objects; it is only ever shown, so it never fails a page. */
export const htmlLink = z
  .object({ html: link.optional().catch(undefined) })
  .optional()
  .catch(undefined);

/** The address for people, if it is one that a browser may be sent to. */
export function webAddress(links: z.infer<typeof htmlLink>): string | undefined {
  const href = links?.html?.href;
  return href !== undefined && /^https?:\/\//i.test(href) && URL.canParse(href) ? href : undefined;
}
