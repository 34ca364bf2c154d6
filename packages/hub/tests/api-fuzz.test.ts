import process from 'node:process';
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

it('WB-11, WB-12: every route, asked anything by anybody, answers as described: never a 500, never a secret', {
  timeout: 3_600_000,
}, async () => {
  const { testHub, known, canaries, askers } = await useFuzzHub();
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

function isOnePlainLine(line: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return !/[\u0000-\u001f\u007f]/.test(line.trimEnd()) && typeof JSON.parse(line) === 'object';
}
