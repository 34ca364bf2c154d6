import { z } from 'zod';

/** A page of a list. `nextCursor` is opaque and null on the last page; `total` counts all rows the filter matches. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable(), total: z.int().min(0) });
}

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
  total: number;
}

export const PAGE_LIMIT_DEFAULT = 50;
export const PAGE_LIMIT_MAX = 200;

/**
 * Query parameters that every list takes. `q` searches the name; `sort` is a field, descending with a leading `-`.
 * @param sortable the fields a caller may sort by
 * @param byDefault the order when the caller names none
 */
export function listQuery<const Field extends string>(
  sortable: readonly Field[],
  byDefault: NoInfer<Field | `-${Field}`>,
) {
  const sort = z.enum<(Field | `-${Field}`)[]>(sortable.flatMap((field) => [field, `-${field}` as const]));
  return z.strictObject({
    limit: z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX).default(PAGE_LIMIT_DEFAULT),
    cursor: z.string().max(1000).optional(),
    q: z.string().trim().max(200).optional(),
    sort: sort.optional().transform((chosen): Field | `-${Field}` => chosen ?? byDefault),
  });
}
