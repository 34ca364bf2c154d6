import type { DiscoveryRun } from '@lockkeeper/contract';

export interface RunProgress {
  /** 0 to 1. */
  share: number;
  /** What is being read now, in words. */
  doing: string;
  /** "workspace 4 of 5", empty before any is known. */
  where: string;
  /** "575 found · 14 calls · about 9 s left" */
  facts: string;
}

/** How far a run has come. A workspace whose size is not known yet counts as the average of the others. */
export function progressOf(run: DiscoveryRun, now: Date): RunProgress {
  const { workspaces } = run;
  const done = workspaces.filter(({ state }) => state === 'read' || state === 'failed').length;
  const reading = workspaces.find(({ state }) => state === 'reading');
  const parts = workspaces.map(({ state, repositories, expectedRepositories }) => {
    if (state === 'read' || state === 'failed') return 1;
    if (state === 'waiting' || !expectedRepositories) return 0;
    return Math.min(repositories / expectedRepositories, 0.98);
  });
  const share = parts.length === 0 ? 0 : parts.reduce((sum, part) => sum + part, 0) / parts.length;
  return {
    share,
    doing: doingOf(run, reading?.slug),
    where:
      workspaces.length === 0
        ? ''
        : `workspace ${Math.min(done + 1, workspaces.length)} of ${workspaces.length}`,
    facts: [
      `${run.found.toLocaleString('en')} found`,
      `${run.calls.toLocaleString('en')} ${run.calls === 1 ? 'call' : 'calls'}`,
      ...timeLeft(run, share, now),
    ].join(' · '),
  };
}

function doingOf(run: DiscoveryRun, slug: string | undefined): string {
  switch (run.state) {
    case 'queued':
      return 'Waiting to begin';
    case 'paused':
      return slug ? `Paused at ${slug}` : 'Paused';
    case 'throttled':
      return 'Waiting for the rate limit';
    default:
      if (run.workspaces.length === 0) return 'Reading the list of workspaces';
      return slug ? `Reading ${slug}` : 'Comparing with what was known';
  }
}

/** Said only once it means something. */
function timeLeft(run: DiscoveryRun, share: number, now: Date): string[] {
  if (run.state !== 'running' || !run.startedAt || share < 0.15 || share >= 1) return [];
  const elapsed = (now.getTime() - new Date(run.startedAt).getTime()) / 1000;
  const left = Math.max(1, Math.round((elapsed / share) * (1 - share)));
  return [left < 90 ? `about ${left} s left` : `about ${Math.round(left / 60)} min left`];
}
