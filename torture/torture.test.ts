import { fileURLToPath } from 'node:url';
import { startNode } from '@lockkeeper/testing';
import { expect, test } from 'vitest';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
/** Far longer than it takes: what counts is the verdict, not the time. */
const PATIENCE_MS = 10 * 60_000;

test.skipIf(process.platform !== 'linux')(
  'RL-01: after 50 kills of instances, database and provider under load nothing is lost, doubled or given up',
  async () => {
    const run = await startNode(main, { args: ['--kills', '50', '--seed', '1', '--json'] });
    const { code } = await run.exited;
    const figures = JSON.parse(run.output.trimEnd().split('\n').at(-1) ?? '');
    expect([code, figures], run.output).toEqual([
      0,
      expect.objectContaining({
        kills: 50,
        lost: 0,
        doubled: 0,
        grantsLostAvoidable: 0,
        handedOutWrongly: 0,
        overlappingRefreshes: 0,
        auditFaults: 0,
        unexpectedEnds: 0,
      }),
    ]);
    // It did something: a load that never gets through proves nothing.
    expect(figures.acknowledged).toBeGreaterThan(100);
    expect(figures.refreshesAtProvider).toBeGreaterThan(50);
  },
  PATIENCE_MS,
);
