import type { Project, Repository, Workspace } from '@lockkeeper/contract';

/** One line of the tree of what a tool holds: a workspace, a project in it, or a repository. */
export interface TreeNode {
  id: string;
  kind: 'workspace' | 'project' | 'repository';
  label: string;
  /** In lower case: what the search looks through. */
  searchText: string;
  parent: TreeNode | null;
  children: TreeNode[];
  record: Workspace | Project | Repository;
}

export interface Inventory {
  workspaces: readonly Workspace[];
  projects: readonly Project[];
  repositories: readonly Repository[];
}

/** Workspaces with their projects with their repositories, each level by name. */
export function buildTree(inventory: Inventory): TreeNode[] {
  const nodes = new Map<string, TreeNode>();
  const roots = inventory.workspaces.map((record) => {
    const node = nodeOf('workspace', record.slug, record, null, record.name ?? '');
    nodes.set(record.id, node);
    return node;
  });
  for (const record of inventory.projects) {
    const parent = nodes.get(record.workspaceId);
    if (!parent) continue;
    const node = nodeOf('project', record.name, record, parent, record.key);
    nodes.set(record.id, node);
    parent.children.push(node);
  }
  for (const record of inventory.repositories) {
    const parent = nodes.get(record.projectId ?? '') ?? nodes.get(record.workspaceId);
    if (parent) parent.children.push(nodeOf('repository', record.slug, record, parent, record.name));
  }
  for (const root of roots) {
    root.children.sort(byLabel);
    for (const child of root.children) child.children.sort(byLabel);
  }
  return roots.sort(byLabel);
}

export function* repositoriesUnder(nodes: readonly TreeNode[]): Generator<Repository> {
  for (const node of nodes) {
    if (node.kind === 'repository' && 'fullName' in node.record) yield node.record;
    else yield* repositoriesUnder(node.children);
  }
}

function nodeOf(
  kind: TreeNode['kind'],
  label: string,
  record: TreeNode['record'],
  parent: TreeNode | null,
  alsoFoundBy: string,
): TreeNode {
  const searchText = `${label} ${alsoFoundBy}`.toLowerCase();
  return { id: record.id, kind, label, searchText, parent, children: [], record };
}

const collator = new Intl.Collator('en', { numeric: true });

function byLabel(a: TreeNode, b: TreeNode): number {
  // Repositories without a project come after the projects.
  if (a.kind !== b.kind) return a.kind === 'repository' ? 1 : -1;
  return collator.compare(a.label, b.label);
}
