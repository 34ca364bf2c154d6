/** `2018-09-20T12:49:08.541000+00:00`, with microseconds. */
export function timestamp(date: Date): string {
  return date.toISOString().replace('Z', '000+00:00');
}

/** `2018-09-20T12:49:08+00:00`, as for commits. */
export function timestampOfSeconds(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, '+00:00');
}
