/** The record with the fields of a PATCH body in place of its own; a field that is left out stays. */
export function mergePatch<T extends object>(
  record: T,
  patch: { readonly [K in keyof T]?: T[K] | undefined },
): T {
  const merged = { ...record };
  for (const key in patch) {
    const value = patch[key];
    if (value !== undefined) merged[key] = value;
  }
  return merged;
}
