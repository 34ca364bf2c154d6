/** One of `a.b`, `-a.b` or `+a.b`, taken apart. */
interface Field {
  readonly sign: '' | '-' | '+';
  readonly path: readonly string[];
}

/**
 * Bitbucket's partial answers. `-links` removes, `+values.x` adds (all there is, is shown already), and a list
 * without signs keeps nothing else, not even `next`.
 */
export function selectFields(value: unknown, fields: string): unknown {
  const list = fields
    .split(',')
    .map(parse)
    .filter((field) => field.path.length > 0);
  const kept = list.filter((field) => field.sign === '').map((field) => field.path);
  const removed = list.filter((field) => field.sign === '-').map((field) => field.path);
  const selected = kept.length === 0 ? value : keep(value, kept);
  return removed.length === 0 ? selected : remove(selected, removed);
}

function parse(text: string): Field {
  // A plus sign that was not encoded arrives as a space.
  const [, sign = '', path = ''] = /^([-+ ]?)(.*)$/.exec(text) ?? [];
  return {
    sign: sign === '-' ? '-' : sign === '' ? '' : '+',
    path: path.split('.').filter((name) => name !== ''),
  };
}

function keep(value: unknown, paths: readonly (readonly string[])[]): unknown {
  if (paths.some((path) => path.length === 0 || (path.length === 1 && path[0] === '*'))) return value;
  if (Array.isArray(value)) return value.map((item) => keep(item, paths));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([name, inner]) => {
    const below = pathsBelow(paths, name);
    return below.length === 0 ? [] : [[name, keep(inner, below)] as const];
  });
  return Object.fromEntries(entries);
}

function remove(value: unknown, paths: readonly (readonly string[])[]): unknown {
  if (Array.isArray(value)) return value.map((item) => remove(item, paths));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([name, inner]) => {
    const below = pathsBelow(paths, name);
    if (below.some((path) => path.length === 0)) return [];
    return [[name, below.length === 0 ? inner : remove(inner, below)] as const];
  });
  return Object.fromEntries(entries);
}

function pathsBelow(paths: readonly (readonly string[])[], name: string): (readonly string[])[] {
  return paths.filter((path) => path[0] === name || path[0] === '*').map((path) => path.slice(1));
}
