/** "6.2 ms", "1,204 ms", or a dash where nothing was measured. */
export function milliseconds(value: number | null): string {
  if (value === null) return '—';
  return value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value).toLocaleString('en')} ms`;
}
