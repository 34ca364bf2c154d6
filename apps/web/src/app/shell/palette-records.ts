import type { Role } from '@lockkeeper/contract';
import { useDebouncedValue } from '@mantine/hooks';
import { useQueries } from '@tanstack/react-query';
import { z } from 'zod';
import { api } from '../../lib/api.ts';
import type { StoredLink } from '../../lib/stored-links.ts';

const named = z.object({ id: z.string(), name: z.string() });

/** The collections that the palette searches by name; an id of any of them opens its record. */
const collections = [
  { path: '/application-registries', prefix: 'app_', kind: 'Application Registry', roles: ['admin'] },
  { path: '/credentials', prefix: 'cred_', kind: 'Credential', roles: ['admin'] },
  { path: '/mid-servers', prefix: 'mid_', kind: 'MID Server', roles: ['admin', 'tool_owner', 'viewer'] },
  { path: '/tools', prefix: 'tool_', kind: 'Tool', roles: ['admin', 'tool_owner', 'viewer'] },
  { path: '/repositories', prefix: 'repo_', kind: 'Repository', roles: ['admin', 'tool_owner', 'viewer'] },
] satisfies readonly { path: string; prefix: string; kind: string; roles: readonly Role[] }[];

/** Records whose name holds the text, at most four of each kind; or the one with this id. */
export function useFoundRecords(text: string, roles: readonly Role[]): StoredLink[] {
  const [settled] = useDebouncedValue(text, 150);
  const mine = collections.filter((collection) => collection.roles.some((role) => roles.includes(role)));
  const byId = mine.find(({ prefix }) => settled.startsWith(prefix));
  const results = useQueries({
    queries: mine.map(({ path }) => ({
      queryKey: [path, 'list', { q: settled, limit: 4 }],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        api.list(path, named, { q: settled, limit: 4 }, signal),
      enabled: settled.length > 1 && byId === undefined,
      // A collection that does not answer is not found in; the palette is no place to report it.
      retry: false,
    })),
  });
  if (byId !== undefined) return [{ href: `${byId.path}/${settled}`, label: settled, kind: byId.kind }];
  if (settled.length < 2) return [];
  return results.flatMap(({ data }, index) => {
    const collection = mine[index];
    if (collection === undefined || data === undefined) return [];
    return data.items.map(({ id, name }) => ({
      href: `${collection.path}/${id}`,
      label: name,
      kind: collection.kind,
    }));
  });
}
