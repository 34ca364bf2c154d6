import { type TrackingDraft, type TrackingPreview, tickOf } from './tracking-draft.ts';
import type { TreeNode } from './tracking-tree.ts';

export interface TreeRow {
  node: TreeNode;
  /** From 1, as `aria-level`. */
  level: number;
  /** `undefined` on leaves. */
  open: boolean | undefined;
  position: number;
  siblings: number;
}

export interface TreeView {
  open: ReadonlySet<string>;
  search: string;
  onlyTicked: boolean;
}

/** The rows to show, flat and in order: a search opens what holds a hit, and a hit shows all below it. */
export function treeRows(
  tree: readonly TreeNode[],
  view: TreeView,
  preview: TrackingPreview,
  draft: TrackingDraft,
): TreeRow[] {
  const rows: TreeRow[] = [];
  const needle = view.search.trim().toLowerCase();
  const wanted = (node: TreeNode): boolean => !view.onlyTicked || tickOf(node, preview, draft) !== 'off';
  const walk = (nodes: readonly TreeNode[], level: number, underHit: boolean): void => {
    const shown = nodes.filter((node) => wanted(node) && (underHit || !needle || hit(node, needle)));
    shown.forEach((node, index) => {
      const own = underHit || (needle !== '' && node.searchText.includes(needle));
      const leaf = node.kind === 'repository';
      const open = leaf ? undefined : needle !== '' && !own ? true : view.open.has(node.id);
      rows.push({ node, level, open, position: index + 1, siblings: shown.length });
      if (open) walk(node.children, level + 1, own);
    });
  };
  walk(tree, 1, false);
  return rows;
}

function hit(node: TreeNode, needle: string): boolean {
  return node.searchText.includes(needle) || node.children.some((child) => hit(child, needle));
}
