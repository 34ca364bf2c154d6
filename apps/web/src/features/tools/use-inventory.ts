import { project, repository, workspace } from '@lockkeeper/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import { useServerEvents } from '../../lib/events.tsx';
import { listAll } from '../../lib/list-all.ts';
import { buildTree } from './tracking-tree.ts';

/** All that a tool was found to hold, as a tree; read again whenever a discovery has finished one more workspace. */
export function useInventory(toolId: string) {
  const client = useQueryClient();
  const workspaces = useQuery({
    queryKey: ['/workspaces', 'all', toolId],
    queryFn: ({ signal }) => listAll('/workspaces', workspace, { toolId }, signal),
  });
  const projects = useQuery({
    queryKey: ['/projects', 'all', toolId],
    queryFn: ({ signal }) => listAll('/projects', project, { toolId }, signal),
  });
  const repositories = useQuery({
    queryKey: ['/repositories', 'all', toolId],
    queryFn: ({ signal }) => listAll('/repositories', repository, { toolId }, signal),
  });

  const readBefore = useRef('');
  useServerEvents((event) => {
    if (event.type !== 'discovery-run.updated' || event.run.toolId !== toolId) return;
    const read = event.run.workspaces.map(({ slug, state }) => `${slug} ${state === 'read'}`).join();
    if (read === readBefore.current) return;
    readBefore.current = read;
    for (const path of ['/workspaces', '/projects', '/repositories']) {
      void client.invalidateQueries({ queryKey: [path, 'all', toolId] });
    }
  });

  const tree = useMemo(
    () =>
      workspaces.data && projects.data && repositories.data
        ? buildTree({
            workspaces: workspaces.data,
            projects: projects.data,
            repositories: repositories.data,
          })
        : undefined,
    [workspaces.data, projects.data, repositories.data],
  );
  return { tree, error: workspaces.error ?? projects.error ?? repositories.error };
}
