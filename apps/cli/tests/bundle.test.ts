import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startNode } from '@lockkeeper/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { programBundle } from '../../../scripts/program-bundle.mjs';
import packageJson from '../package.json' with { type: 'json' };

let main = '';
let folder = '';

beforeAll(async () => {
  main = await programBundle();
  folder = mkdtempSync(path.join(os.tmpdir(), 'lockkeeper-bundle-'));
  chmodSync(folder, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Each in a folder of its own. */
const start = (args: string[], waitFor?: RegExp) => {
  const cwd = mkdtempSync(path.join(folder, 'run-'));
  chmodSync(cwd, 0o755);
  return startNode(main, {
    args,
    cwd,
    env: { LOCKKEEPER_PORT: '0', HOME: cwd },
    ...(waitFor ? { waitFor } : {}),
  });
};

test('says its version', async () => {
  await using started = await start(['--version']);
  await started.exited;
  expect(started.output.trim()).toBe(packageJson.version);
});

test('the bundled instance starts on a new database of its own, answers, serves the pages, and stops', async () => {
  await using started = await start(['start'], /instance is ready/);
  const url = /"url":"([^"]+)"/.exec(started.output)?.[1] ?? '';
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  const page = await fetch(new URL('/favicon.svg', url));
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
  expect(await started.kill('SIGTERM')).toEqual({ code: 0, signal: null });
});

test('the bundled instance runs a bundled MID Server beside it', async () => {
  await using started = await start(['start', '--with-mid-server'], /is connected and takes calls/);
  expect(await started.kill('SIGTERM')).toEqual({ code: 0, signal: null });
});

test('the bundled sandbox starts', async () => {
  await using started = await start(['sandbox', '--port', '0'], /sandbox is ready/);
  expect(await started.kill('SIGTERM')).toEqual({ code: 0, signal: null });
});
