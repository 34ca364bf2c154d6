import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = path.dirname(import.meta.dirname);
let tree = '';

beforeEach(() => {
  tree = mkdtempSync(path.join(os.tmpdir(), 'lockkeeper-arrows-'));
  copyFileSync(path.join(root, '.dependency-cruiser.cjs'), path.join(tree, '.dependency-cruiser.cjs'));
  write('apps/instance/src/main.ts', "import { hub } from '../../../packages/hub/src/index.ts';\nhub();\n");
  write('packages/hub/src/index.ts', 'export function hub(): void {}\n');
  write('packages/contract/src/index.ts', 'export const one: number = 1;\n');
});

afterEach(() => rmSync(tree, { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(tree, file)), { recursive: true });
  writeFileSync(path.join(tree, file), text);
}

function check(): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(root, 'scripts/check-arrows.mjs'), tree],
    { encoding: 'utf8' },
  );
  return { status, text: stdout + stderr };
}

test('passes a tree whose imports follow the arrows, and says how much it read', () => {
  expect(check()).toEqual({ status: 0, text: '3 modules and 1 imports read, 0 problems\n' });
});

test('fails when a package imports one that stands above it', () => {
  write('packages/contract/src/index.ts', "export { hub } from '../../hub/src/index.ts';\n");
  const { status, text } = check();
  expect(text).toContain('arrow-contract: packages/contract/src/index.ts → packages/hub/src/index.ts');
  expect(status).toBe(1);
});

test('fails when only a type goes against the arrows', () => {
  write(
    'packages/hub/src/index.ts',
    'export interface Hub { name: string }\nexport function hub(): void {}\n',
  );
  write(
    'packages/contract/src/index.ts',
    "import type { Hub } from '../../hub/src/index.ts';\nexport type One = Hub;\n",
  );
  expect(check().text).toContain('arrow-contract');
});

test('fails when a feature of the hub imports a later one', () => {
  write('packages/hub/src/tokens/token.ts', 'export const token = 1;\n');
  write('packages/hub/src/access/user.ts', "export { token } from '../tokens/token.ts';\n");
  expect(check().text).toContain('feature-access');
});

test('fails when the database layer of the hub imports a feature', () => {
  write('packages/hub/src/tokens/token.ts', 'export const token = 1;\n');
  write('packages/hub/src/db/database.ts', "export { token } from '../tokens/token.ts';\n");
  expect(check().text).toContain('base-imports-no-feature');
});

test('fails on a cycle', () => {
  write('packages/hub/src/a.ts', "import { b } from './b.ts';\nexport const a = (): number => b();\n");
  write('packages/hub/src/b.ts', "import { a } from './a.ts';\nexport const b = (): number => a();\n");
  const { status, text } = check();
  expect(text).toContain('no-circular');
  expect(status).toBe(1);
});

test('sees the imports of a page written in TSX', () => {
  write(
    'apps/web/src/page.tsx',
    "import { hub } from '../../../packages/hub/src/index.ts';\nexport const Page = () => <b>{String(hub())}</b>;\n",
  );
  expect(check().text).toContain('arrow-web: apps/web/src/page.tsx → packages/hub/src/index.ts');
});

test('fails when the checker silently reads nothing', () => {
  const config = readFileSync(path.join(tree, '.dependency-cruiser.cjs'), 'utf8');
  write('.dependency-cruiser.cjs', config.replace('(^|/)(dist|node_modules)/', '[.]tsx?$'));
  const { status, text } = check();
  expect(text).toContain('unread: ');
  expect(status).toBe(1);
});

test('fails when one file was not read', () => {
  const config = readFileSync(path.join(tree, '.dependency-cruiser.cjs'), 'utf8');
  write('.dependency-cruiser.cjs', config.replace('(dist|node_modules)', '(dist|node_modules|contract)'));
  expect(check().text).toContain('unread: packages/contract/src/index.ts was not looked at');
});

test('fails on a tree without sources', () => {
  rmSync(path.join(tree, 'apps'), { recursive: true });
  rmSync(path.join(tree, 'packages'), { recursive: true });
  mkdirSync(path.join(tree, 'apps'));
  mkdirSync(path.join(tree, 'packages'));
  expect(check()).toMatchObject({ status: 1, text: expect.stringContaining('no source file') });
});
