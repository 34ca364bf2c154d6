import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = path.dirname(import.meta.dirname);

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'lockkeeper-biome-'));
  copyFileSync(path.join(root, 'biome.json'), path.join(folder, 'biome.json'));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** The text that Biome, with our configuration, has to say about a file of this content. */
function lint(source: string): string {
  writeFileSync(path.join(folder, 'probe.ts'), source);
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(root, 'node_modules/@biomejs/biome/bin/biome'), 'check', '--vcs-enabled=false', '.'],
    { encoding: 'utf8', cwd: folder },
  );
  return stdout + stderr;
}

test.each([
  ['noExplicitAny', 'export const x: any = 1;\n'],
  ['noNonNullAssertion', 'export const x = (y?: string) => y!;\n'],
  ['useImportType', "import { URL } from 'node:url';\nexport const f = (x: URL): string => x.href;\n"],
  ['noUnusedImports', "import os from 'node:os';\n"],
  ['noUnusedVariables', 'const forgotten = 1;\n'],
])('the linter reports %s', (rule, source) => {
  expect(lint(source)).toContain(rule);
});

test('the linter has nothing to say about a clean file', () => {
  expect(lint('export const x = 1;\n')).not.toContain('lint/');
});
