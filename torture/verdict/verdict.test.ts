import { describe, expect, test } from 'vitest';
import type { Operation } from '../load/operation.ts';
import { GRACE_MS, LENIENT_CLIENT, STRICT_CLIENT } from '../provider/provider-truth.ts';
import type { Evidence } from './evidence.ts';
import {
  answered,
  audit,
  consented,
  done,
  evidence,
  held,
  issued,
  killed,
  life,
  received,
  SECOND,
  truthOf,
} from './evidence-rig.ts';
import { judgeEffects } from './judge-effects.ts';
import { judgeHandOuts } from './judge-hand-outs.ts';
import { judgeRefreshes } from './judge-refreshes.ts';

// Each judge condemns what it is there to find, and lets go what nobody could have prevented.

test('a lenient provider takes a rotated token for a while, and a strict one does not', () => {
  const rotated = (client: string) => truthOf([...consented(client), issued(1000, 'r1', 'r2')]);
  expect(rotated(STRICT_CLIENT).isGood('r1', 1001)).toBe(false);
  expect(rotated(STRICT_CLIENT).isGood('r2', 1001)).toBe(true);
  expect(rotated(LENIENT_CLIENT).isGood('r1', 1000 + GRACE_MS)).toBe(true);
  expect(rotated(LENIENT_CLIENT).isGood('r1', 1001 + GRACE_MS)).toBe(false);
});

describe('hand-outs', () => {
  const handOut = (sentAtMs: number, expiresAtMs = 8 * SECOND, accessToken = 'a-r1') =>
    done(
      { kind: 'hand_out', credentialId: 'c', accessToken, expiresAt: new Date(expiresAtMs).toISOString() },
      { sentAtMs, endedAtMs: sentAtMs + 10 },
    );
  const judged = (...operations: Operation[]) =>
    judgeHandOuts(evidence({ operations })).map(({ what }) => what);

  test('of a token that was good when it was asked for are fine', () => {
    expect(judged(handOut(7999))).toEqual([]);
  });

  test('of a token that had expired, lives shorter than said, or never was are not', () => {
    expect(judged(handOut(8000))).toEqual(['an expired token']);
    expect(judged(handOut(1000, 9000))).toEqual(['a token that is said to live longer than it does']);
    expect(judged(handOut(1000, 9000, 'another'))).toEqual(['a token that the provider never issued']);
  });

  test('more than a second after the token was revoked are not either', () => {
    const revoke = done({ kind: 'revoke', credentialId: 'c', atProvider: true });
    expect(judged(revoke, handOut(2100))).toEqual([]);
    expect(judged(revoke, handOut(2101))).toEqual(['a token more than a second after its revocation']);
    expect(judged({ ...revoke, acked: false }, handOut(2101))).toEqual([]);
  });
});

describe('refreshes', () => {
  test('with the same refresh token at the same time overlap', () => {
    const two = [
      received(100, 'r1', 'one'),
      received(150, 'r1', 'two', 9),
      answered(200, 'one'),
      answered(250, 'two'),
    ];
    expect(judgeRefreshes(evidence({ truth: truthOf([...consented(), ...two]) })).overlaps).toHaveLength(1);
    const stopped = life({ stops: [{ fromMs: 90, toMs: 180 }] });
    const truth = truthOf([...consented(), ...two]);
    expect(judgeRefreshes(evidence({ truth, instances: [stopped] })).overlaps).toHaveLength(0);
    const after = [received(100, 'r1', 'one'), answered(120, 'one'), received(150, 'r1', 'two', 9)];
    expect(judgeRefreshes(evidence({ truth: truthOf([...consented(), ...after]) })).overlaps).toHaveLength(0);
  });

  test('again with a token whose answer had arrived are doubled', () => {
    const twice = [
      ...consented(LENIENT_CLIENT),
      ...[received(100, 'r1', 'one'), issued(110, 'r1', 'r2', 'one'), answered(120, 'one')],
      ...[received(300, 'r1', 'two'), issued(310, 'r1', 'r3', 'two'), answered(320, 'two')],
    ];
    expect(judgeRefreshes(evidence({ truth: truthOf(twice) })).repeated).toHaveLength(1);
    const instances = [life(killed(130)), life({ pid: 9 })];
    expect(judgeRefreshes(evidence({ truth: truthOf(twice), instances })).repeated).toHaveLength(0);
  });
});

describe('effects', () => {
  const judged = (facts: Partial<Evidence>) => {
    const { lost, doubled } = judgeEffects(evidence(facts));
    return { lost: lost.map(({ what }) => what), doubled: doubled.map(({ what }) => what) };
  };

  test('a change that was acknowledged must be there, and in the audit log', () => {
    const operations = [done({ kind: 'patch', credentialId: 'c', order: 5 })];
    const credentials = [{ id: 'c', name: 'c', order: 4 }];
    expect(judged({ operations, credentials }).lost).toEqual([
      'a change is not in the audit log',
      'a change is gone',
    ]);
    const later = [{ id: 'c', name: 'c', order: 6 }];
    expect(
      judged({ operations, credentials: later, audit: [audit('credential.updated', 'c')] }).lost,
    ).toEqual([]);
    const notAcked = operations.map((operation) => ({ ...operation, acked: false }));
    expect(judged({ operations: notAcked, credentials }).lost).toEqual([]);
  });

  test('what was deleted stays away, what was created stays there', () => {
    const create = done({ kind: 'create', name: 'x', id: 'x', replayed: false, attempts: 1 });
    expect(judged({ operations: [create], audit: [audit('credential.created', 'x')] }).lost).toEqual([
      'a created credential is gone',
    ]);
    const removal = done({ kind: 'delete', credentialId: 'x' });
    const credentials = [{ id: 'x', name: 'x', order: 1 }];
    expect(
      judged({ operations: [removal], credentials, audit: [audit('credential.deleted', 'x')] }).lost,
    ).toEqual(['a deleted credential is back']);
  });

  test('RL-10: the same Idempotency-Key must not have a second effect', () => {
    const enrolment = done({ kind: 'enrolment', name: 'agent', id: 'e1', replayed: false, attempts: 2 });
    const enrolments = [
      { id: 'e1', name: 'agent' },
      { id: 'e2', name: 'agent' },
    ];
    const entries = ['e1', 'e2'].map((id) => audit('enrolment-token.created', id, `req ${id}`));
    expect(judged({ operations: [enrolment], enrolments, audit: entries }).doubled).toEqual([
      'an enrolment token',
    ]);
    const create = done({ kind: 'create', name: 'x', id: '', replayed: false, attempts: 2 });
    const refused = { ...create, acked: false, problem: 'record.name_taken' };
    expect(judged({ operations: [refused] }).doubled).toEqual(['a create']);
  });

  test('each version of a token has one audit entry', () => {
    const tokens = [{ credentialId: 'c', version: 2, state: 'available' }];
    const entries = [audit('token.consented', 'c', 'a'), audit('token.refreshed', 'c', 'b')];
    expect(judged({ tokens, audit: entries })).toEqual({ lost: [], doubled: [] });
    expect(judged({ tokens, audit: entries.slice(1) }).lost).toHaveLength(1);
    expect(judged({ tokens, audit: [...entries, audit('token.refreshed', 'c', 'd')] }).doubled).toHaveLength(
      1,
    );
  });

  test('a consent must have left its tokens, a revocation must have reached the provider', () => {
    const consent = done({ kind: 'consent', credentialId: 'c', code: 'code' });
    const consentAudit = [audit('token.consented', 'c')];
    expect(judged({ operations: [consent], audit: consentAudit }).lost).toEqual([
      'the tokens of a consent were never stored',
    ]);
    expect(judged({ operations: [consent], audit: consentAudit, history: [held(1050, 'r1')] }).lost).toEqual(
      [],
    );
    const revoke = done({ kind: 'revoke', credentialId: 'c', atProvider: false });
    const history = [held(900, 'r1'), held(1050, undefined, { state: 'revoked' })];
    const revokeAudit = [audit('token.revoked', 'c')];
    expect(judged({ operations: [revoke], audit: revokeAudit, history }).lost).toEqual([
      'a revocation was not made at the provider',
    ]);
    const truth = truthOf([...consented(), { type: 'revoked', atMs: 5000, grant: 'g', why: 'asked' }]);
    expect(judged({ operations: [revoke], audit: revokeAudit, history, truth }).lost).toEqual([]);
  });

  test('uses are counted once', () => {
    const operations = [done({ kind: 'hand_out', credentialId: 'c', accessToken: 'a-r1', expiresAt: '' })];
    const used = (count: number) => [audit('credential.used', 'c', null, { kind: 'handed_out', count })];
    expect(judged({ operations, audit: used(1) }).doubled).toEqual([]);
    expect(judged({ operations, audit: used(2) }).doubled).toEqual(['uses in the audit log']);
    expect(judgeEffects(evidence({ operations })).usesNotAudited).toBe(1);
  });
});
