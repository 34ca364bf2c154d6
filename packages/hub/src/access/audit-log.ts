import { setImmediate } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { type AuditContent, type AuditDraft, chainHash, contentHash } from './audit-entry.ts';
import { canonicalJson } from './canonical-json.ts';

export interface AuditLog {
  /**
   * Appends an entry inside the caller's transaction: the change and its entry are stored both or not at all.
   * Make it the transaction's last statement: from here to the commit, other transactions wait for the chain's end.
   */
  record(entry: AuditDraft, trx: Kysely<Database>): Promise<void>;
  /** The same for many, in two statements however many they are. Needs a transaction. */
  recordAll(entries: readonly AuditDraft[], trx: Kysely<Database>): Promise<void>;
}

const PREPARED_AT_ONCE = 100;

export function createAuditLog({ now }: { now: () => Date }): AuditLog {
  return {
    async record(draft, trx) {
      const content = contentOf(draft, now());
      const hash = contentHash(content);
      const { actor, subject } = content;
      // One round trip: the row lock of audit_head is taken and the entry written by the same statement.
      await sql`
        with head as (
          update audit_head
          set sequence = sequence + 1, hash = sha256(hash || int8send(sequence + 1) || ${hash}::bytea)
          returning sequence, hash
        )
        insert into audit_entries (
          sequence, id, at, actor_kind, actor_id, actor_name, action, outcome,
          subject_type, subject_id, subject_name, summary, before, after, request_id, content_hash, hash
        )
        select head.sequence, ${content.id}, ${content.at}::timestamptz, ${actor.kind}, ${actor.id}, ${actor.name},
          ${content.action}, ${content.outcome}, ${subject.type}, ${subject.id}, ${subject.name}, ${content.summary},
          ${jsonText(content.before)}::jsonb, ${jsonText(content.after)}::jsonb, ${content.requestId},
          ${hash}::bytea, head.hash
        from head
      `.execute(trx);
    },
    async recordAll(drafts, trx) {
      const contents = await prepare(drafts, now);
      // From here to the commit the others wait.
      const head = await trx
        .selectFrom('audit_head')
        .select(['sequence', 'hash'])
        .forUpdate()
        .executeTakeFirstOrThrow();
      let { sequence, hash } = head;
      const rows = contents.map(
        ({ hash: content_hash, content: { actor, subject, requestId, ...content } }) => {
          sequence += 1;
          hash = chainHash(hash, sequence, content_hash);
          return {
            ...content,
            ...{ actor_kind: actor.kind, actor_id: actor.id, actor_name: actor.name },
            ...{ subject_type: subject.type, subject_id: subject.id, subject_name: subject.name },
            ...{ request_id: requestId, sequence, content_hash: hexOf(content_hash), hash: hexOf(hash) },
          };
        },
      );
      await sql`
        with head as (update audit_head set sequence = ${sequence}, hash = ${hash}::bytea)
        insert into audit_entries (
          sequence, id, at, actor_kind, actor_id, actor_name, action, outcome,
          subject_type, subject_id, subject_name, summary, before, after, request_id, content_hash, hash
        )
        select sequence, id, at, actor_kind, actor_id, actor_name, action, outcome,
          subject_type, subject_id, subject_name, summary, before, after, request_id, content_hash, hash
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as entry (
          sequence bigint, id text, at timestamptz, actor_kind text, actor_id text, actor_name text, action text,
          outcome text, subject_type text, subject_id text, subject_name text, summary text, before jsonb,
          after jsonb, request_id text, content_hash bytea, hash bytea
        )
      `.execute(trx);
    },
  };
}

/** A thousand at once would keep requests waiting for some 20 ms. */
async function prepare(
  drafts: readonly AuditDraft[],
  now: () => Date,
): Promise<{ content: AuditContent; hash: Buffer }[]> {
  const prepared = [];
  for (const draft of drafts) {
    if (prepared.length % PREPARED_AT_ONCE === PREPARED_AT_ONCE - 1) await setImmediate();
    const content = contentOf(draft, now());
    prepared.push({ content, hash: contentHash(content) });
  }
  return prepared;
}

/** As PostgreSQL reads bytea. */
function hexOf(bytes: Buffer): string {
  return `\\x${bytes.toString('hex')}`;
}

function contentOf(draft: AuditDraft, at: Date): AuditContent {
  const { actor, subject } = draft;
  return {
    id: newId('auditEntry'),
    at: at.toISOString(),
    actor: { kind: actor.kind, id: actor.id, name: actor.name },
    action: draft.action,
    outcome: draft.outcome ?? 'success',
    subject: { type: subject.type, id: subject.id, name: subject.name },
    summary: draft.summary,
    before: plain(draft.before),
    after: plain(draft.after),
    requestId: draft.requestId ?? null,
  };
}

/** What the database will give back: no undefined, no Date, no Secret, and no NUL, which jsonb cannot hold. */
function plain(value: Record<string, unknown> | null | undefined): unknown {
  if (value === null || value === undefined) return null;
  return JSON.parse(canonicalJson(value).replaceAll('\\u0000', '\\ufffd'));
}

function jsonText(value: unknown): string | null {
  return value === null ? null : canonicalJson(value);
}
