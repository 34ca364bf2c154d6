import type { TrackingChoice } from './inventory.ts';
import type { TrackingPatterns } from './tool.ts';

export interface TrackingSubject {
  /** `workspace/PROJECT/repository`, see {@link trackingPath}. */
  path: string;
  /** What people ticked, nearest first: repository, project, workspace. */
  choices: readonly [repository: TrackingChoice, project: TrackingChoice, workspace: TrackingChoice];
}

export interface TrackingDecision {
  tracked: boolean;
  /** For people: "Ticked", "Excluded by *-archive-*", "Not chosen". */
  reason: string;
}

/** What patterns are matched against. A repository without a project has `-` in its place. */
export function trackingPath(workspaceSlug: string, projectKey: string | null, slug: string): string {
  return `${workspaceSlug}/${projectKey ?? '-'}/${slug}`;
}

/**
 * The one rule by which a repository is tracked, here so that the instance that applies it and the page that previews
 * it cannot differ: the nearest tick box wins, then an exclude pattern, then an include pattern, and nothing is tracked
 * that nobody chose.
 */
export function trackingRule(patterns: TrackingPatterns): (subject: TrackingSubject) => TrackingDecision {
  const include = patterns.include.map((pattern) => ({ pattern, matches: patternMatcher(pattern) }));
  const exclude = patterns.exclude.map((pattern) => ({ pattern, matches: patternMatcher(pattern) }));
  return ({ path, choices }) => {
    const nearest = choices.find((choice) => choice !== null);
    if (nearest === 'include') return { tracked: true, reason: choices[0] ? 'Ticked' : 'Ticked above' };
    if (nearest === 'exclude') return { tracked: false, reason: choices[0] ? 'Unticked' : 'Unticked above' };
    const against = exclude.find(({ matches }) => matches(path));
    if (against) return { tracked: false, reason: `Excluded by ${against.pattern}` };
    const pro = include.find(({ matches }) => matches(path));
    if (pro) return { tracked: true, reason: `Included by ${pro.pattern}` };
    return { tracked: false, reason: 'Not chosen' };
  };
}

/**
 * Whether a path matches a glob, without regard to case: `*` stands for anything but a slash, `**` for anything, `?`
 * for one character. A pattern without a slash is matched against the repository's name alone.
 */
export function patternMatcher(pattern: string): (path: string) => boolean {
  const glob = (pattern.includes('/') ? pattern : `**/${pattern}`).toLowerCase();
  const parts = glob.match(/\*\*\/|\*+|[^*]/g) ?? [];
  return (path) => matches(parts, path.toLowerCase());
}

/** Follows all readings at once instead of backtracking, so that no pattern takes long. */
function matches(parts: readonly string[], path: string): boolean {
  let reached = new Set([0]);
  for (const part of parts) {
    const next = new Set<number>();
    for (const at of reached) for (const end of readings(part, path, at)) next.add(end);
    if (next.size === 0) return false;
    reached = next;
  }
  return reached.has(path.length);
}

/** Where the rest may begin after `part` was read at `at`. */
function* readings(part: string, path: string, at: number): Generator<number> {
  if (!part.startsWith('*')) {
    const char = path[at];
    if (char === part || (part === '?' && char !== undefined && char !== '/')) yield at + 1;
    return;
  }
  yield at;
  for (let end = at + 1; end <= path.length; end++) {
    const char = path[end - 1];
    if (part === '*' && char === '/') return;
    if (part !== '**/' || char === '/') yield end;
  }
}
