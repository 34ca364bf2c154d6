import type { ActorRef, AppliesTo, MidServerId, MidServerStatus } from '@lockkeeper/contract';
import type { AgentState } from '@lockkeeper/contract/mid';

/** An enrolled agent as it is stored. */
export interface MidServer {
  readonly id: MidServerId;
  readonly name: string;
  readonly signingKey: string;
  readonly sealingKey: string;
  readonly fingerprint: string;
  readonly host: string;
  readonly enrolledFrom: string;
  readonly agentVersion: string;
  readonly enrolledAt: Date;
  readonly enrolledBy: ActorRef;
  readonly validatedAt: Date | null;
  readonly validatedBy: ActorRef | null;
  readonly pausedAt: Date | null;
  readonly lastHeartbeatAt: Date | null;
  /** An admin asked for new keys that the agent has not made yet. */
  readonly rekeyRequestedAt: Date | null;
}

/** One live connection, here or at another instance. */
export interface SessionFacts {
  readonly instance: string;
  readonly connectedAt: Date;
  readonly heartbeatAt: Date;
  readonly roundTripMs: number | null;
  readonly clockSkewMs: number | null;
  readonly tls: boolean;
  readonly isDraining: boolean;
}

/** What a connected agent may do: nothing before an admin has compared its fingerprint. */
export function agentStateOf(server: Pick<MidServer, 'validatedAt' | 'pausedAt'>): AgentState {
  if (server.validatedAt === null) return 'held';
  return server.pausedAt === null ? 'ready' : 'paused';
}

export function statusOf(
  server: Pick<MidServer, 'pausedAt'>,
  sessions: readonly SessionFacts[],
): MidServerStatus {
  if (sessions.length === 0) return 'down';
  if (server.pausedAt !== null) return 'paused';
  return sessions.every((session) => session.isDraining) ? 'draining' : 'up';
}

export function appliesToMidServer(appliesTo: AppliesTo, midServerId: string): boolean {
  return appliesTo.kind === 'all' || appliesTo.midServerIds.some((id) => id === midServerId);
}
