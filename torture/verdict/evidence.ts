import type { Outage } from '../executioner.ts';
import type { Operation } from '../load/operation.ts';
import type { Life } from '../processes/supervised.ts';
import type { ProviderTruth } from '../provider/provider-truth.ts';
import type { HeldToken } from '../token-history.ts';

export interface AuditFact {
  readonly id: string;
  readonly action: string;
  readonly subjectId: string | null;
  readonly subjectName: string | null;
  readonly requestId: string | null;
  readonly after: unknown;
}

/** Everything known after a run, to be judged without looking anywhere else. */
export interface Evidence {
  readonly operations: readonly Operation[];
  readonly truth: ProviderTruth;
  readonly history: readonly HeldToken[];
  readonly audit: readonly AuditFact[];
  /** What is there at the end. */
  readonly credentials: readonly { id: string; name: string; order: number }[];
  readonly tokens: readonly { credentialId: string; version: number; state: string }[];
  readonly enrolments: readonly { id: string; name: string | null }[];
  readonly instances: readonly Life[];
  readonly providers: readonly Life[];
  readonly outages: readonly Outage[];
  readonly endedAtMs: number;
}

export interface Finding {
  readonly what: string;
  readonly detail: string;
}

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item)) ?? [];
    groups.set(keyOf(item), group);
    group.push(item);
  }
  return groups;
}
