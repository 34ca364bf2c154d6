/** "6.2 ms", "1,204 ms" (unbroken), or a dash where nothing was measured. */
export function milliseconds(value: number | null): string {
  if (value === null) return '—';
  return value < 10 ? `${value.toFixed(1)}\u00a0ms` : `${Math.round(value).toLocaleString('en')}\u00a0ms`;
}
