/** The fields of `after` that differ from `before`: a PATCH says only what somebody changed. */
export function changedFields<Values extends object>(before: Values, after: Values): Partial<Values> {
  const old = new Map<string, unknown>(Object.entries(before));
  const changed: Partial<Values> = { ...after };
  for (const [key, value] of Object.entries(after)) {
    if (JSON.stringify(old.get(key)) === JSON.stringify(value)) Reflect.deleteProperty(changed, key);
  }
  return changed;
}
