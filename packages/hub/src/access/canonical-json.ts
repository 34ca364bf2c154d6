/**
 * JSON with sorted keys and no spaces, as RFC 8785 asks of plain data: equal values give equal bytes. `toJSON` is
 * honoured, so a Secret becomes `[secret]` and a Date its ISO form; undefined is left out, as JSON.stringify does.
 */
export function canonicalJson(value: unknown): string {
  return textOf(value) ?? 'null';
}

function textOf(given: unknown): string | undefined {
  if (typeof given !== 'object' || given === null) return JSON.stringify(given);
  const value = 'toJSON' in given && typeof given.toJSON === 'function' ? given.toJSON() : given;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  let members = '';
  for (const [key, member] of Object.entries(value).sort(byKey)) {
    const text = textOf(member);
    if (text !== undefined) members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${text}`;
  }
  return `{${members}}`;
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
