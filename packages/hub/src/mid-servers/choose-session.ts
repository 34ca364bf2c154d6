import type { AppliesTo } from '@lockkeeper/contract';
import type { Job } from '@lockkeeper/contract/mid';
import { appliesToMidServer } from './mid-server.ts';
import type { MidSession } from './mid-session.ts';

export interface SessionWish {
  readonly job: Job;
  readonly midServerId: string | 'any';
  readonly appliesTo: AppliesTo;
}

/**
 * The least busy session that may and can do the job. Enforced here and not at the agent: only sessions to which the
 * credential applies are ever considered.
 */
export function chooseSession(
  sessions: readonly MidSession[],
  { job, midServerId, appliesTo }: SessionWish,
  tried: ReadonlySet<MidSession>,
): MidSession | undefined {
  return sessions
    .filter(
      (session) =>
        session.isReady &&
        session.jobs.has(job) &&
        !tried.has(session) &&
        (midServerId === 'any' || session.server.id === midServerId) &&
        appliesToMidServer(appliesTo, session.server.id),
    )
    .toSorted((a, b) => a.mux.openStreams - b.mux.openStreams)[0];
}
