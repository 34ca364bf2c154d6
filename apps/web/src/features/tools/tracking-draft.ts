import {
  type TrackingChoice,
  type TrackingDecision,
  type TrackingPatterns,
  type TrackingUpdate,
  trackingPath,
  trackingRule,
} from '@lockkeeper/contract';
import type { TreeNode } from './tracking-tree.ts';

/** What somebody has changed and not saved yet. */
export interface TrackingDraft {
  /** Tick boxes that differ from the saved ones, by id. */
  choices: ReadonlyMap<string, TrackingChoice>;
  patterns: TrackingPatterns;
}

export interface Tally {
  tracked: number;
  total: number;
}

export interface TrackingPreview {
  decisions: ReadonlyMap<string, TrackingDecision>;
  /** By workspace and project. */
  tallies: ReadonlyMap<string, Tally>;
  all: Tally;
}

/** What the draft would track: the same rule that the instance applies when it is saved. */
export function previewDraft(tree: readonly TreeNode[], draft: TrackingDraft): TrackingPreview {
  const decide = trackingRule(draft.patterns);
  const decisions = new Map<string, TrackingDecision>();
  const tallies = new Map<string, Tally>();
  const visit = (node: TreeNode): Tally => {
    if (node.kind === 'repository' && 'fullName' in node.record) {
      const { workspaceSlug, projectKey, slug } = node.record;
      const [project, workspace] =
        node.parent?.kind === 'project' ? [node.parent, node.parent.parent] : [null, node.parent];
      const decision = decide({
        path: trackingPath(workspaceSlug, projectKey, slug),
        choices: [choiceOf(node, draft), choiceOf(project, draft), choiceOf(workspace, draft)],
      });
      decisions.set(node.id, decision);
      return { tracked: decision.tracked ? 1 : 0, total: 1 };
    }
    const tally = sum(node.children.map(visit));
    tallies.set(node.id, tally);
    return tally;
  };
  return { all: sum(tree.map(visit)), decisions, tallies };
}

export type Tick = 'on' | 'off' | 'mixed';

export function tickOf(node: TreeNode, preview: TrackingPreview, draft: TrackingDraft): Tick {
  if (node.kind === 'repository') return preview.decisions.get(node.id)?.tracked ? 'on' : 'off';
  const { tracked, total } = preview.tallies.get(node.id) ?? { tracked: 0, total: 0 };
  if (total === 0) return choiceOf(node, draft) === 'include' ? 'on' : 'off';
  if (tracked === 0) return 'off';
  return tracked === total ? 'on' : 'mixed';
}

/** Ticks or unticks a node; what was chosen below it gives way, so that the whole branch follows. */
export function tick(draft: TrackingDraft, node: TreeNode, on: boolean): TrackingDraft {
  const choices = new Map(draft.choices);
  set(choices, node, on ? 'include' : 'exclude');
  const clear = (child: TreeNode) => {
    set(choices, child, null);
    child.children.forEach(clear);
  };
  node.children.forEach(clear);
  return { ...draft, choices };
}

/** The body of PUT …/tracking, or undefined when nothing differs from what is saved. */
export function updateOf(draft: TrackingDraft, saved: TrackingPatterns): TrackingUpdate | undefined {
  const patterns = JSON.stringify(draft.patterns) === JSON.stringify(saved) ? undefined : draft.patterns;
  if (!patterns && draft.choices.size === 0) return undefined;
  const choices = [...draft.choices].map(
    ([id, choice]) => ({ id, choice }) as TrackingUpdate['choices'][number],
  );
  return patterns ? { patterns, choices } : { choices };
}

export function choiceOf(node: TreeNode | null, draft: TrackingDraft): TrackingChoice {
  if (!node) return null;
  return draft.choices.get(node.id) ?? (draft.choices.has(node.id) ? null : node.record.choice);
}

function set(choices: Map<string, TrackingChoice>, node: TreeNode, choice: TrackingChoice): void {
  if (node.record.choice === choice) choices.delete(node.id);
  else choices.set(node.id, choice);
}

function sum(tallies: readonly Tally[]): Tally {
  let tracked = 0;
  let total = 0;
  for (const tally of tallies) {
    tracked += tally.tracked;
    total += tally.total;
  }
  return { tracked, total };
}
