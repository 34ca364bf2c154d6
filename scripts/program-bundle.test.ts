import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { programBundle } from './program-bundle.mjs';

const root = path.dirname(import.meta.dirname);
let tree = '';
const said: string[] = [];

beforeEach(() => {
  tree = mkdtempSync(path.join(os.tmpdir(), 'lockkeeper-bundle-'));
  said.length = 0;
  for (const folder of ['apps/cli/src', 'packages/hub', 'scripts']) {
    mkdirSync(path.join(tree, folder), { recursive: true });
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(tree, 'node_modules'));
  cpSync(path.join(root, 'scripts/build-programs.mjs'), path.join(tree, 'scripts/build-programs.mjs'));
  cpSync(path.join(root, 'apps/cli/src/bundle.ts'), path.join(tree, 'apps/cli/src/bundle.ts'));
  for (const file of [
    'package.json',
    'package-lock.json',
    'apps/cli/package.json',
    'packages/hub/package.json',
  ])
    write(file, JSON.stringify({ name: 'fixture', version: '1.2.3' }));
  write('apps/cli/src/main.ts', "console.log('first');");
});

afterEach(() => rmSync(tree, { recursive: true }));

const write = (file: string, text: string) => writeFileSync(path.join(tree, file), text);
const bundle = () => programBundle({ root: tree, say: (message) => said.push(message) });

function run(main: string): string {
  const { stdout, stderr } = spawnSync(process.execPath, [main], { encoding: 'utf8' });
  return `${stdout}${stderr}`;
}

test('bundles the sources once, and finds that bundle from then on', async () => {
  const main = await bundle();
  expect(run(main)).toBe('first\n');
  expect(await bundle()).toBe(main);
  expect(said).toHaveLength(1);
});

test.each([
  ['a changed source, whatever its time stamp', 'apps/cli/src/main.ts', "console.log('later');"],
  ['a new source', 'packages/hub/src/new.ts', 'export {};'],
  ['another lock file', 'package-lock.json', '{"lockfileVersion":3}'],
])('%s is another bundle, and the sources as they were are the one before', async (_what, file, text) => {
  const before = await bundle();
  const was = existsSync(path.join(tree, file)) ? readFileSync(path.join(tree, file), 'utf8') : undefined;
  mkdirSync(path.dirname(path.join(tree, file)), { recursive: true });
  write(file, text);
  expect(await bundle()).not.toBe(before);
  rmSync(path.join(tree, file));
  if (was !== undefined) write(file, was);
  expect(await bundle()).toBe(before);
  expect(said).toHaveLength(2);
});

test('two at once both get a whole bundle', async () => {
  const [one, other] = await Promise.all([bundle(), bundle()]);
  expect(one).toBe(other);
  expect(run(one)).toBe('first\n');
  expect(readdirSync(path.join(tree, 'apps/cli/dist'))).toHaveLength(1);
});

test('sources that cannot be bundled leave nothing behind', async () => {
  write('apps/cli/src/main.ts', "import './missing.ts';");
  await expect(bundle()).rejects.toThrow('could not be bundled (status 1)');
  expect(readdirSync(path.join(tree, 'apps/cli/dist'))).toEqual([]);
});

test('a stack of the bundle names file, line and function of the sources', async () => {
  write(
    'apps/cli/src/main.ts',
    [
      "import { useBundle } from './bundle.ts';",
      'interface Gone { readonly after: string }',
      'useBundle(import.meta.dirname);',
      'function fails(_gone?: Gone): void {',
      "  throw new TypeError('on purpose');",
      '}',
      'fails();',
    ].join('\n'),
  );
  const output = run(await bundle());
  expect(output).toContain('TypeError: on purpose\n    at fails (apps/cli/src/main.ts:5:');
  expect(output).toContain('at apps/cli/src/main.ts:7:1');
});

test('what was compiled is kept in the folder of the bundle', async () => {
  write(
    'apps/cli/src/main.ts',
    "import { useBundle } from './bundle.ts';\nuseBundle(import.meta.dirname);\nawait import('./late.ts');",
  );
  write('apps/cli/src/late.ts', "console.log('late');");
  const main = await bundle();
  expect(run(main)).toBe('late\n');
  expect(existsSync(path.join(path.dirname(main), '.compiled'))).toBe(true);
});
