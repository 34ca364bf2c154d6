import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { staticChecks } from './static-checks.ts';
import { bin, root, runNode, runSteps, StepFailed, timed } from './step.ts';
import { closingLine, readCounts } from './test-counts.ts';
import { buildWebBundle } from './web-bundle.ts';

// Arguments go to Vitest: `npm test -- packages/hub`. Then the sources are not checked, only tested.
const filters = process.argv.slice(2);
const folder = mkdtempSync(path.join(os.tmpdir(), 'lockkeeper-test-'));
const countsFile = path.join(folder, 'counts.json');

await runSteps(async () => {
  if (filters.length === 0) await staticChecks();
  else await buildWebBundle();
  const code = await timed('Tests (vitest)', () =>
    runNode(
      [
        bin('vitest/vitest.mjs'),
        'run',
        '--reporter=default',
        `--reporter=${path.join(root, 'scripts/counting-reporter.ts')}`,
        ...filters,
      ],
      { LOCKKEEPER_TEST_COUNTS: countsFile },
    ),
  );
  if (code !== 0) throw new StepFailed('Tests', code);
});

const counts = readCounts(countsFile);
rmSync(folder, { recursive: true });
// Last of all, where scripts that read our output look for it.
if (counts) console.log(closingLine(counts));
