import { hash } from 'node:crypto';
import type { ActorRef } from '@lockkeeper/contract';
import { Secret } from '@lockkeeper/vault';
import { canonicalJson } from './canonical-json.ts';

/** What a feature says about a change or a refused attempt; time, id and place in the chain are added. */
export interface AuditDraft {
  /** See `actorOf(principal)`. */
  actor: ActorRef;
  /** `<noun>.<past participle>`: `credential.created`. */
  action: string;
  /** `success` when left out. */
  outcome?: 'success' | 'failure';
  subject: { type: string; id: string | null; name: string | null };
  /** One sentence for people, without the actor: "changed the roles of Ada". */
  summary: string;
  /** Changed fields only; see `changedFields`. Never a secret: pass a `Secret`, which records that it changed. */
  before?: Record<string, unknown> | null;
  after?: Record<string, unknown> | null;
  requestId?: string | null;
}

/** The part of an entry that is hashed, in one fixed shape. */
export interface AuditContent {
  id: string;
  at: string;
  actor: ActorRef;
  action: string;
  outcome: 'success' | 'failure';
  subject: AuditDraft['subject'];
  summary: string;
  before: unknown;
  after: unknown;
  requestId: string | null;
}

export function contentHash(content: AuditContent): Buffer {
  return hash('sha256', canonicalJson(content), 'buffer');
}

/** As the database computes it while it appends. */
export function chainHash(previous: Buffer, sequence: number, content: Buffer): Buffer {
  const place = Buffer.alloc(8);
  place.writeBigInt64BE(BigInt(sequence));
  return hash('sha256', Buffer.concat([previous, place, content]), 'buffer');
}

/** The fields that differ, as they were and as they are. A `Secret` in `after` counts as changed. */
export function changedFields(
  before: object,
  after: object,
): { before: Record<string, unknown>; after: Record<string, unknown> } {
  const old: Record<string, unknown> = Object.fromEntries(Object.entries(before));
  const changed = Object.entries(after).filter(
    ([key, value]) => value instanceof Secret || canonicalJson(old[key]) !== canonicalJson(value),
  );
  return {
    before: Object.fromEntries(changed.map(([key]) => [key, old[key] ?? null])),
    after: Object.fromEntries(changed),
  };
}
