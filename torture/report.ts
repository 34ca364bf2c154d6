import type { Executioner } from './executioner.ts';
import type { Evidence, Finding } from './verdict/evidence.ts';
import { groupBy } from './verdict/evidence.ts';
import { explainLostGrant } from './verdict/explain-lost-grant.ts';
import { judgeEffects } from './verdict/judge-effects.ts';
import { isAvoidable, judgeGrants } from './verdict/judge-grants.ts';
import { judgeHandOuts } from './verdict/judge-hand-outs.ts';
import { judgeRefreshes } from './verdict/judge-refreshes.ts';

export interface Report {
  readonly figures: Readonly<Record<string, unknown>>;
  /** Everything that must not be; empty when the run passed. */
  readonly faults: readonly Finding[];
}

export interface RunFacts {
  readonly seed: number;
  readonly seconds: number;
  readonly audit: {
    readonly verifications: number;
    readonly entries: number;
    readonly faults: readonly Finding[];
  };
  readonly unexpected: readonly string[];
}

/** The verdict over a run, in figures and in everything that was wrong. */
export function report(evidence: Evidence, executioner: Executioner, facts: RunFacts): Report {
  const effects = judgeEffects(evidence);
  const grants = judgeGrants(evidence);
  const badHandOuts = judgeHandOuts(evidence);
  const { overlaps, repeated } = judgeRefreshes(evidence);
  const avoidable = grants.filter(isAvoidable);
  const acked = evidence.operations.filter((operation) => operation.acked);
  const ended = facts.unexpected.map((detail) => ({ what: 'a process ended that nobody killed', detail }));
  return {
    figures: {
      seed: facts.seed,
      kills: executioner.killed,
      killsOf: executioner.kills,
      killsAimed: executioner.aimed,
      stops: executioner.stops,
      terminations: executioner.terminations,
      seconds: facts.seconds,
      databaseAwaySeconds: Math.round(
        executioner.outages.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0) / 1000,
      ),
      operations: evidence.operations.length,
      acknowledged: acked.length,
      acknowledgedOf: countsOf(acked.map(({ kind }) => kind)),
      refreshesAtProvider: [...evidence.truth.refreshTokens.values()].reduce(
        (sum, { uses }) => sum + uses.length,
        0,
      ),
      lost: effects.lost.length,
      doubled: effects.doubled.length + repeated.length,
      grantsLost: grants.length,
      grantsLostBecause: countsOf(grants.map(({ why }) => why)),
      grantsLostAvoidable: avoidable.length,
      handedOutWrongly: badHandOuts.length,
      overlappingRefreshes: overlaps.length,
      usesNotAudited: effects.usesNotAudited,
      auditEntries: facts.audit.entries,
      auditVerifications: facts.audit.verifications,
      auditFaults: facts.audit.faults.length,
      unexpectedEnds: ended.length,
    },
    faults: [
      ...named('lost', effects.lost),
      ...named('doubled', [...effects.doubled, ...repeated]),
      ...named(
        'grant lost although avoidable',
        avoidable.map((grant) => ({ what: grant.why, detail: explainLostGrant(grant, evidence) })),
      ),
      ...named('handed out wrongly', badHandOuts),
      ...named('overlapping refreshes', overlaps),
      ...named('audit log', facts.audit.faults),
      ...ended,
    ],
  };
}

function named(name: string, findings: readonly Finding[]): Finding[] {
  return findings.map(({ what, detail }) => ({ what: `${name}: ${what}`, detail }));
}

function countsOf(words: readonly string[]): Record<string, number> {
  return Object.fromEntries([...groupBy(words, (word) => word)].map(([word, same]) => [word, same.length]));
}
