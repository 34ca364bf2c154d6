import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startNode, type TestProcess } from '@lockkeeper/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { programBundle } from '../../../scripts/program-bundle.mjs';
import packageJson from '../package.json' with { type: 'json' };

let main = '';
let folder = '';
const started: TestProcess[] = [];

beforeAll(async () => {
  main = await programBundle();
  folder = mkdtempSync(path.join(os.tmpdir(), 'lockkeeper-bundle-'));
  chmodSync(folder, 0o755);
});
afterEach(async () => {
  for (const process of started.splice(0)) await process.kill();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Each in a folder of its own. */
async function start(args: string[], waitFor?: RegExp): Promise<TestProcess> {
  const cwd = mkdtempSync(path.join(folder, 'run-'));
  chmodSync(cwd, 0o755);
  const process = await startNode(main, {
    args,
    cwd,
    env: { LOCKKEEPER_PORT: '0', HOME: cwd },
    ...(waitFor ? { waitFor } : {}),
  });
  started.push(process);
  return process;
}

test('says its version', async () => {
  const program = await start(['--version']);
  await program.exited;
  expect(program.output.trim()).toBe(packageJson.version);
});

test('the bundled instance starts on a new database of its own, answers, serves the pages, and stops', async () => {
  const program = await start(['start'], /instance is ready/);
  const url = /"url":"([^"]+)"/.exec(program.output)?.[1] ?? '';
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  const page = await fetch(new URL('/favicon.svg', url));
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
  expect(await program.kill('SIGTERM')).toEqual({ code: 0, signal: null });
});

test('the bundled instance runs a bundled MID Server beside it', async () => {
  const program = await start(['start', '--with-mid-server'], /is connected and takes calls/);
  expect(await program.kill('SIGTERM')).toEqual({ code: 0, signal: null });
});

test('the bundled sandbox starts', async () => {
  const program = await start(['sandbox', '--port', '0'], /sandbox is ready/);
  expect(await program.kill('SIGTERM')).toEqual({ code: 0, signal: null });
});
