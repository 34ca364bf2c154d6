import { type DiscoveryRun, discoveryRun } from '@lockkeeper/contract';
import { expect, test } from 'vitest';
import { progressOf } from './run-progress.ts';

const now = new Date('2026-01-01T00:00:10.000Z');

test('says what is read, how far it is and how long it will take', () => {
  const run = runWith({ state: 'running', found: 60, calls: 7 }, [
    ['harbour', 'read', 40, 40],
    ['tide', 'reading', 20, 40],
  ]);
  expect(progressOf(run, now)).toEqual({
    share: 0.75,
    doing: 'Reading tide',
    where: 'workspace 2 of 2',
    facts: '60 found · 7 calls · about 3 s left',
  });
});

test('promises no time before anything is known', () => {
  const run = runWith({ state: 'running', found: 0, calls: 1 }, []);
  expect(progressOf(run, now)).toMatchObject({
    doing: 'Reading the list of workspaces',
    where: '',
    facts: '0 found · 1 call',
  });
});

function runWith(
  values: Pick<DiscoveryRun, 'state' | 'found' | 'calls'>,
  workspaces: [string, 'read' | 'reading', number, number][],
): DiscoveryRun {
  return discoveryRun.parse({
    id: 'run_00000000000000000000000001',
    toolId: 'tool_00000000000000000000000001',
    startedBy: { kind: 'user', id: null, name: 'Mara' },
    createdAt: '2026-01-01T00:00:00.000Z',
    startedAt: '2026-01-01T00:00:00.000Z',
    finishedAt: null,
    resumeAt: null,
    workspaces: workspaces.map(([slug, state, repositories, expectedRepositories]) => ({
      ...{ uuid: slug, slug, state, projects: 1, repositories, expectedRepositories, page: 1, error: null },
    })),
    added: 0,
    changed: 0,
    gone: 0,
    resumptions: 0,
    problem: null,
    ...values,
  });
}
