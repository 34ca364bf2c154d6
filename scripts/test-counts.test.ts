import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { closingLine, readCounts } from './test-counts.ts';

const root = path.dirname(import.meta.dirname);
let folder = '';

beforeEach(() => {
  // Below the project, so that the probe finds Vitest; the name keeps it out of the real run.
  folder = mkdtempSync(path.join(root, 'node_modules/.probe-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function count(files: Record<string, string>): ReturnType<typeof readCounts> {
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  const reporter = path.join(root, 'scripts/counting-reporter.ts');
  writeFileSync(
    path.join(folder, 'vitest.config.mjs'),
    `export default { test: { dir: ${JSON.stringify(folder)}, include: ['*.probe.mjs'], exclude: [] } };`,
  );
  spawnSync(
    process.execPath,
    [path.join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', folder, `--reporter=${reporter}`],
    { cwd: folder, env: { ...process.env, LOCKKEEPER_TEST_COUNTS: path.join(folder, 'counts.json') } },
  );
  return readCounts(path.join(folder, 'counts.json'));
}

test('counts what really passed, failed and was skipped', () => {
  const probe = `import { test } from 'vitest';
    test('a', () => {}); test('b', () => {}); test('c', () => { throw new Error('no'); }); test.skip('d', () => {});`;
  expect(count({ 'one.probe.mjs': probe })).toEqual({ passed: 2, failed: 1, skipped: 1 });
});

test('a file that cannot be loaded counts as a failure', () => {
  expect(count({ 'broken.probe.mjs': `throw new Error('broken');` })).toEqual({
    passed: 0,
    failed: 1,
    skipped: 0,
  });
});

test('the closing line has the form that scripts look for', () => {
  expect(closingLine({ passed: 12, failed: 0, skipped: 3 })).toBe('Tests: 12 passed, 0 failed, 3 skipped');
});
