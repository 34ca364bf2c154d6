import { z } from 'zod';
import { type OperationOf, ofKind } from '../load/operation.ts';
import { type AuditFact, type Evidence, type Finding, groupBy } from './evidence.ts';

const tokenChanges = new Set(['token.refreshed', 'token.consented', 'token.revoked']);
const uses = z.object({ kind: z.string(), count: z.number() });

export interface EffectsVerdict {
  /** Acknowledged, and not there. */
  readonly lost: Finding[];
  /** Asked for once, done twice. */
  readonly doubled: Finding[];
  /** Uses that a killed process had not written yet: documented, of at most its last second (or of an outage). */
  readonly usesNotAudited: number;
}

/** Compares what callers were told with what is in the database and in the audit log. */
export function judgeEffects(evidence: Evidence): EffectsVerdict {
  const lost: Finding[] = [];
  const doubled: Finding[] = [];
  const byRequest = groupBy(evidence.audit, ({ requestId }) => requestId ?? '');
  const bySubject = groupBy(evidence.audit, ({ subjectId }) => subjectId ?? '');
  const lose = (what: string, operation: object) => lost.push({ what, detail: JSON.stringify(operation) });
  const isAudited = (operation: { requestId: string | undefined }, action: string) =>
    (byRequest.get(operation.requestId ?? '-') ?? []).some((entry) => entry.action === action);
  const { operations } = evidence;

  for (const consent of acked(ofKind(operations, 'consent'))) {
    if (!isAudited(consent, 'token.consented')) lose('a consent is not in the audit log', consent);
    const grant = evidence.truth.grantsByCode.get(consent.code);
    const isHeld = evidence.history.some(
      ({ credentialId, refreshToken }) =>
        credentialId === consent.credentialId &&
        refreshToken !== undefined &&
        evidence.truth.refreshTokens.get(refreshToken)?.grant === grant,
    );
    if (grant === undefined || !isHeld) lose('the tokens of a consent were never stored', consent);
  }
  for (const revoke of acked(ofKind(operations, 'revoke'))) {
    if (!isAudited(revoke, 'token.revoked')) lose('a revocation is not in the audit log', revoke);
    // What was acknowledged is made at the provider too, however often one of them was killed meanwhile.
    const byMs = revoke.atProvider ? revoke.endedAtMs : evidence.endedAtMs;
    if (!isRevokedAtProvider(revoke, byMs, evidence))
      lose('a revocation was not made at the provider', revoke);
  }
  const versions = new Map(evidence.tokens.map(({ credentialId, version }) => [credentialId, version]));
  for (const refresh of acked(ofKind(operations, 'refresh'))) {
    if ((versions.get(refresh.credentialId) ?? 0) < refresh.version) lose('a refresh is gone', refresh);
  }
  for (const { credentialId, version } of evidence.tokens) {
    const changes = (bySubject.get(credentialId) ?? []).filter(({ action }) => tokenChanges.has(action));
    const finding = {
      what: 'changes of a token in the audit log',
      detail: `${credentialId}: ${changes.length}, its version is ${version}`,
    };
    if (changes.length < version) lost.push(finding);
    if (changes.length > version) doubled.push(finding);
  }

  judgeCredentials(evidence, bySubject, isAudited, lost, doubled);

  const enrolments = groupBy(evidence.enrolments, ({ name }) => name ?? '');
  for (const asked of ofKind(operations, 'enrolment')) {
    const made = enrolments.get(asked.name) ?? [];
    if (made.length > 1) doubled.push({ what: 'an enrolment token', detail: JSON.stringify(asked) });
    if (asked.acked && !made.some(({ id }) => id === asked.id)) lose('an enrolment token is gone', asked);
    for (const { id } of made) {
      const entries = (bySubject.get(id) ?? []).filter(({ action }) => action === 'enrolment-token.created');
      if (entries.length === 0) lose('an enrolment token is not in the audit log', asked);
    }
  }
  for (const [request, entries] of byRequest) {
    if (request === '') continue;
    for (const [key, same] of groupBy(entries, ({ action, subjectId }) => `${action} ${subjectId}`)) {
      if (same.length > 1) doubled.push({ what: 'an audit entry', detail: `${request} ${key}` });
    }
  }
  return { lost, doubled, usesNotAudited: judgeUses(evidence, bySubject, doubled) };
}

function judgeCredentials(
  { operations, credentials }: Evidence,
  bySubject: ReadonlyMap<string, AuditFact[]>,
  isAudited: (operation: { requestId: string | undefined }, action: string) => boolean,
  lost: Finding[],
  doubled: Finding[],
): void {
  const lose = (what: string, operation: object) => lost.push({ what, detail: JSON.stringify(operation) });
  const byId = new Map(credentials.map((credential) => [credential.id, credential]));
  const deletes = ofKind(operations, 'delete');
  const triedToDelete = new Set(deletes.map(({ credentialId }) => credentialId));
  for (const create of ofKind(operations, 'create')) {
    // Nobody else has such a name: it is taken by an earlier attempt with the same key.
    if (create.problem === 'record.name_taken')
      doubled.push({ what: 'a create', detail: JSON.stringify(create) });
    if (!create.acked) continue;
    const entries = (bySubject.get(create.id) ?? []).filter(({ action }) => action === 'credential.created');
    if (entries.length === 0) lose('a created credential is not in the audit log', create);
    if (entries.length > 1) doubled.push({ what: 'a created credential', detail: JSON.stringify(create) });
    if (!byId.has(create.id) && !triedToDelete.has(create.id)) lose('a created credential is gone', create);
  }
  for (const patch of acked(ofKind(operations, 'patch'))) {
    if (!isAudited(patch, 'credential.updated')) lose('a change is not in the audit log', patch);
    const order = byId.get(patch.credentialId)?.order;
    if (order === undefined ? !triedToDelete.has(patch.credentialId) : order < patch.order) {
      lose('a change is gone', patch);
    }
  }
  for (const removal of acked(deletes)) {
    if (!isAudited(removal, 'credential.deleted')) lose('a deletion is not in the audit log', removal);
    if (byId.has(removal.credentialId)) lose('a deleted credential is back', removal);
  }
}

/** What was held when it was asked for is dead by then. */
function isRevokedAtProvider(
  { credentialId, sentAtMs, endedAtMs }: OperationOf<'revoke'>,
  byMs: number,
  { history, truth }: Evidence,
): boolean {
  const rows = history.filter((row) => row.credentialId === credentialId);
  const ends = rows.flatMap(({ state, atMs }, index) => {
    const held = rows[index - 1]?.refreshToken;
    const isThisOne = state === 'revoked' && sentAtMs <= atMs && atMs <= endedAtMs;
    return isThisOne && held !== undefined ? [held] : [];
  });
  return ends.length > 0 && ends.every((held) => !truth.isGood(held, byMs));
}

function judgeUses(
  { operations }: Evidence,
  bySubject: ReadonlyMap<string, AuditFact[]>,
  doubled: Finding[],
): number {
  let missing = 0;
  for (const [credentialId, handOuts] of groupBy(
    ofKind(operations, 'hand_out'),
    (each) => each.credentialId,
  )) {
    const counted = (bySubject.get(credentialId) ?? [])
      .filter(({ action }) => action === 'credential.used')
      .map(({ after }) => uses.parse(after))
      .filter(({ kind }) => kind === 'handed_out')
      .reduce((sum, { count }) => sum + count, 0);
    if (counted > handOuts.length) {
      doubled.push({
        what: 'uses in the audit log',
        detail: `${credentialId}: ${counted} of ${handOuts.length}`,
      });
    }
    missing += Math.max(0, acked(handOuts).length - counted);
  }
  return missing;
}

function acked<T extends { acked: boolean }>(operations: readonly T[]): T[] {
  return operations.filter((operation) => operation.acked);
}
