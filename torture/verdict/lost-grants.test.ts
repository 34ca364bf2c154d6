import { describe, expect, test } from 'vitest';
import { GONE } from '../provider/peer-process.ts';
import type { Evidence } from './evidence.ts';
import {
  answered,
  consented,
  evidence,
  held,
  issued,
  killed,
  life,
  received,
  truthOf,
} from './evidence-rig.ts';
import { isAvoidable, judgeGrants } from './judge-grants.ts';

// Each judge condemns what it is there to find, and lets go what nobody could have prevented.
describe('lost grants', () => {
  const rotatedAt50 = [...consented(), received(49_990, 'r1', 'q'), issued(50_000, 'r1', 'r2', 'q')];
  const holdsTheOld = [held(0, 'r1'), held(60_000, 'r1', { state: 'needs_authorization' })];
  const judged = (facts: Partial<Evidence>) => judgeGrants(evidence(facts)).map(({ why }) => why);

  test('a good refresh token that is given up is avoidable', () => {
    const [lost] = judgeGrants(evidence({ history: holdsTheOld }));
    expect(lost).toMatchObject({ why: 'given_up' });
    expect(lost && isAvoidable(lost)).toBe(true);
  });

  test('an answer that arrived at a process that lives on must be stored', () => {
    const truth = truthOf([...rotatedAt50, answered(50_010, 'q')]);
    const [lost] = judgeGrants(evidence({ truth, history: holdsTheOld }));
    expect(lost).toMatchObject({ why: 'unexplained' });
    expect(lost && isAvoidable(lost)).toBe(true);
    expect(judged({ truth, history: holdsTheOld, instances: [life(killed(65_000))] })).toEqual([
      'unexplained',
    ]);
    const drained = life({ told: { signal: 'SIGTERM', atMs: 50_005, wasReady: true }, endedAtMs: 50_100 });
    expect(judged({ truth, history: holdsTheOld, instances: [drained] })).toEqual(['unexplained']);
  });

  test('nobody can keep what dies with the only process that has it', () => {
    const truth = truthOf([...rotatedAt50, answered(50_010, 'q')]);
    const history = holdsTheOld;
    expect(judged({ truth, history, instances: [life(killed(50_050))] })).toEqual(['lost_with_instance']);
    const instances = [life(killed(70_000))];
    const outages = [{ fromMs: 50_020, toMs: 71_000 }];
    expect(judged({ truth, history, instances, outages })).toEqual(['lost_with_instance']);
    const providers = [life({ pid: 8, ...killed(50_005) })];
    expect(judged({ truth: truthOf(rotatedAt50), history, providers })).toEqual(['lost_with_provider']);
    const stopped = life({ stops: [{ fromMs: 50_005, toMs: 59_000 }] });
    expect(judged({ truth, history, instances: [stopped] })).toEqual(['stopped_past_lease']);
  });

  test('an answer to a process that was gone already is lost with it, unless none was killed', () => {
    const truth = truthOf([
      ...consented(),
      received(49_990, 'r1', 'q', GONE),
      issued(50_000, 'r1', 'r2', 'q'),
      answered(50_010, 'q'),
    ]);
    const instances = [life(killed(49_000))];
    expect(judged({ truth, history: holdsTheOld, instances })).toEqual(['lost_with_instance']);
    expect(judged({ truth, history: holdsTheOld })).toEqual(['unexplained']);
  });

  test('a dead refresh token that is held at the end is found too, and a revoked one is not lost', () => {
    const truth = truthOf([...rotatedAt50, answered(50_010, 'q')]);
    expect(judged({ truth, history: [held(0, 'r1')] })).toEqual(['unexplained']);
    expect(judged({ truth, history: [held(0, 'r1'), held(55_000, 'r2')] })).toEqual([]);
    expect(
      judged({ truth, history: [held(0, 'r1'), held(55_000, undefined, { state: 'revoked' })] }),
    ).toEqual([]);
  });

  test('a grant that ended because an old token came again, although the new one was stored, is avoidable', () => {
    const truth = truthOf([
      ...rotatedAt50,
      answered(50_010, 'q'),
      received(55_000, 'r1', 'again'),
      { type: 'revoked', atMs: 55_001, grant: 'g', why: 'reuse' },
      { type: 'refused', atMs: 55_002, request: 'again', error: 'invalid_grant' },
    ]);
    expect(judged({ truth, history: [held(0, 'r1'), held(50_020, 'r2')] })).toEqual(['unexplained']);
  });

  test('it is not where whoever had the new one was stopped past its lease, and stored it too late', () => {
    const truth = truthOf([
      ...rotatedAt50,
      answered(50_010, 'q'),
      received(55_000, 'r1', 'again', 9),
      { type: 'revoked', atMs: 55_001, grant: 'g', why: 'reuse' },
      { type: 'refused', atMs: 55_002, request: 'again', error: 'invalid_grant' },
    ]);
    const history = [held(0, 'r1'), held(56_020, 'r2')];
    const other = life({ pid: 9 });
    const stopped = life({ stops: [{ fromMs: 50_005, toMs: 56_000 }] });
    expect(judged({ truth, history, instances: [stopped, other] })).toEqual(['stopped_past_lease']);
    expect(judged({ truth, history, instances: [life(), other] })).toEqual(['unexplained']);
  });
});
