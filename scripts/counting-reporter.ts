import { writeFileSync } from 'node:fs';
import process from 'node:process';
import type { Reporter, TestModule } from 'vitest/node';
import type { TestCounts } from './test-counts.ts';

/**
 * Counts the results for the runner, which prints them after everything else has been printed.
 * A file that could not even be collected counts as one failed test, so that it cannot hide.
 */
export default class CountingReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>): void {
    const file = process.env.LOCKKEEPER_TEST_COUNTS;
    if (file) writeFileSync(file, JSON.stringify(countTests(modules)));
  }
}

function countTests(modules: ReadonlyArray<TestModule>): TestCounts {
  const counts: TestCounts = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) {
    if (module.errors().length > 0) counts.failed += 1;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') counts.passed += 1;
      else if (state === 'failed') counts.failed += 1;
      else counts.skipped += 1;
    }
  }
  return counts;
}
