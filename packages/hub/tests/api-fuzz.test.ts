import process from 'node:process';
import type { SecretsUsed } from '@lockkeeper/contract';
import { eventually, type TestClient } from '@lockkeeper/testing';
import { expect, it } from 'vitest';
import { operationsOf, undescribed } from './fuzz/description.ts';
import { fuzz } from './fuzz/fuzz.ts';
import { useFuzzHub } from './fuzz/fuzz-hub.ts';

const {
  LOCKKEEPER_FUZZ_SEED: seed = '2026',
  LOCKKEEPER_FUZZ_RUNS: runs = '4',
  LOCKKEEPER_FUZZ_ROUTE: route,
  LOCKKEEPER_FUZZ_AS: as,
  LOCKKEEPER_FUZZ_PATH: path,
} = process.env;

it('WB-11, WB-12, IN-02: every route, asked anything by anybody, answers as described: never a 500, never a secret', {
  timeout: 3_600_000,
}, async () => {
  const { testHub, admin, known, canaries, askers } = await useFuzzHub();
  await sawUses(admin);
  const description = (await testHub.browser().get('/api/v1/openapi.json')).json;
  const described = new Set(operationsOf(description).map((operation) => operation.route));
  const others = [...testHub.hub.app.registeredRoutes]
    .map(undescribed)
    .filter((operation) => !described.has(operation.route));
  const { failures, requests, seen } = await fuzz({
    origin: testHub.address,
    description,
    others,
    askers,
    known,
    canaries,
    seed: Number(seed),
    runs: Number(runs),
    only: { route, as, path },
  });
  const neverDone = [...seen].filter(([, statuses]) => ![...statuses].some((status) => status < 400));
  console.log(
    `API fuzz: seed ${seed}, ${requests} requests to ${seen.size} routes; never done: ${neverDone.map(([name]) => name).join(', ')}`,
  );
  expect(failures.join('\n\n')).toBe('');
  const log = testHub.log.join('\n');
  expect(canaries.find(log)).toEqual([]);
  // WB-11: whatever was sent, each line is one entry, and nobody had to be told of a fault of ours.
  expect(testHub.log.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  expect(testHub.log.filter((line) => !isOnePlainLine(line))).toEqual([]);
  // Refusals alone would prove little.
  expect(neverDone.length).toBeLessThan(seen.size / 3);
});

/** IN-02: what the set-up alone did with secrets is told, the calls with the MID Server that carried them. */
async function sawUses(admin: TestClient): Promise<void> {
  await eventually(async () => {
    const query = 'from=2020-01-01T00:00:00Z&to=2099-01-01T00:00:00Z';
    const { items }: SecretsUsed = (await admin.get(`/api/v1/secrets-used?${query}`)).json;
    const kinds = new Set(items.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(['called', 'consented', 'granted', 'handed_out', 'validated']);
    const called = items.filter(({ kind }) => kind === 'called');
    expect(called.every(({ actor, midServer }) => actor.kind === 'user' && midServer !== null)).toBe(true);
    const granted = items.filter(({ kind }) => kind === 'granted');
    expect(granted.every(({ actor }) => actor.kind === 'mid_server')).toBe(true);
  });
}

function isOnePlainLine(line: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return !/[\u0000-\u001f\u007f]/.test(line.trimEnd()) && typeof JSON.parse(line) === 'object';
}
