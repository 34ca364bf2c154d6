import type { Project, Repository, Workspace } from '@lockkeeper/contract';
import { expect, test } from 'vitest';
import { previewDraft, type TrackingDraft, tick, tickOf, updateOf } from './tracking-draft.ts';
import { buildTree, type TreeNode } from './tracking-tree.ts';
import { treeRows } from './tree-rows.ts';

const patterns = { include: ['harbour/**'], exclude: ['*-archive-*'] };
const unchanged: TrackingDraft = { choices: new Map(), patterns };

const tree = treeOf({
  harbour: { PAY: ['ledger-api', 'infra-archive-2019'], SBX: ['try'] },
  north: { WEB: ['site'] },
});

test('shows what the patterns choose, with a mixed box above', () => {
  const preview = previewDraft(tree, unchanged);
  expect(preview.all).toEqual({ tracked: 2, total: 4 });
  expect(tickOf(at('harbour'), preview, unchanged)).toBe('mixed');
  expect(tickOf(at('harbour', 'SBX'), preview, unchanged)).toBe('on');
  expect(tickOf(at('north'), preview, unchanged)).toBe('off');
});

test('a tick on a project carries over all below it, also over an earlier tick there', () => {
  let draft = tick(unchanged, at('harbour', 'PAY', 'ledger-api'), false);
  draft = tick(draft, at('harbour', 'PAY'), true);
  const preview = previewDraft(tree, draft);
  expect(tickOf(at('harbour', 'PAY'), preview, draft)).toBe('on');
  expect(updateOf(draft, patterns)).toEqual({ choices: [{ id: 'harbour/PAY', choice: 'include' }] });
});

test('has nothing to save while nothing differs', () => {
  expect(updateOf(unchanged, patterns)).toBeUndefined();
  expect(
    updateOf({ ...unchanged, patterns: { ...patterns, exclude: [] } }, patterns)?.patterns?.exclude,
  ).toEqual([]);
});

test('a search opens the way to each hit and shows what is below one', () => {
  const preview = previewDraft(tree, unchanged);
  const found = (search: string, onlyTicked = false) =>
    treeRows(tree, { open: new Set(), search, onlyTicked }, preview, unchanged).map(({ node }) => node.label);
  expect(found('ledger')).toEqual(['harbour', 'PAY', 'ledger-api']);
  expect(found('sbx')).toEqual(['harbour', 'SBX']);
  expect(found('')).toEqual(['harbour', 'north']);
  expect(found('', true)).toEqual(['harbour']);
});

test('10,000 repositories are previewed within a frame or two', () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `repository-${index}`);
  const large = treeOf({ harbour: { PAY: names } });
  previewDraft(large, unchanged);
  const started = performance.now();
  expect(previewDraft(large, unchanged).all.tracked).toBe(10_000);
  expect(performance.now() - started).toBeLessThan(400);
});

function at(...path: string[]): TreeNode {
  let nodes = tree;
  let found: TreeNode | undefined;
  for (const label of path) {
    found = nodes.find((node) => node.label === label);
    nodes = found?.children ?? [];
  }
  if (!found) throw new Error(`no node ${path.join('/')}`);
  return found;
}

function treeOf(names: Record<string, Record<string, string[]>>): TreeNode[] {
  const inventory: { workspaces: unknown[]; projects: unknown[]; repositories: unknown[] } = {
    workspaces: [],
    projects: [],
    repositories: [],
  };
  for (const [slug, projects] of Object.entries(names)) {
    inventory.workspaces.push({ id: slug, slug, name: null, choice: null });
    for (const [key, repositories] of Object.entries(projects)) {
      const project = { id: `${slug}/${key}`, workspaceId: slug, key, name: key, choice: null };
      inventory.projects.push(project);
      for (const name of repositories) {
        const fullName = `${slug}/${name}`;
        const where = { workspaceId: slug, workspaceSlug: slug, projectId: project.id, projectKey: key };
        inventory.repositories.push({ id: fullName, ...where, slug: name, name, fullName, choice: null });
      }
    }
  }
  return buildTree(inventory as { workspaces: Workspace[]; projects: Project[]; repositories: Repository[] });
}
