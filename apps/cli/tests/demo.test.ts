import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { eventually } from '@lockkeeper/testing';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { CliPlace } from './cli.ts';

// Five processes on two cores that others share take their time.
vi.setConfig({ testTimeout: 90_000 });

const place = new CliPlace();
afterAll(() => place.remove());

const demo = ['demo', '--sandbox-port', '0'];

test('starts three programs, says where they are, and Ctrl-C leaves none of them', async () => {
  const started = await place.start(demo, /Ctrl-C ends everything/);
  expect(started.output).toMatch(/Instance +http:\/\/localhost:\d+\n/);
  expect(started.output).toMatch(/Sandbox +http:\/\/127\.0\.0\.1:\d+/);
  expect(started.output).toMatch(/MID Server +local/);
  expect(started.output).toMatch(/http:\/\/localhost:\d+\/setup#\S{20,}/);
  expect(place.running()).toHaveLength(5);
  expect(await started.kill('SIGINT')).toEqual({ code: 0, signal: null });
  expect(place.running()).toEqual([]);
});

test('SIGTERM leaves no process', async () => {
  const started = await place.start(demo, /Ctrl-C ends everything/);
  expect(await started.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(place.running()).toEqual([]);
});

test('after kill -9 of the demo, what it started ends by itself', async () => {
  const started = await place.start(demo, /Ctrl-C ends everything/);
  started.child.kill('SIGKILL');
  await eventually(() => expect(place.running()).toEqual([]), 30_000);
});

test('a program that cannot start ends the others, in one line that says why', async () => {
  const taken = await place.start(['sandbox', '--port', '0'], /ready at \S+/);
  const port = /:(\d+)\s/.exec(taken.output)?.[1] ?? '';
  const own = new CliPlace();
  const { code, output } = await own.run(['demo', '--sandbox-port', port]);
  expect(code).toBe(1);
  expect(output).toContain(`The sandbox cannot listen on 127.0.0.1:${port} (EADDRINUSE)`);
  expect(output).toContain('lockkeeper: The sandbox did not start (status 1); it says why above.');
  expect(own.running()).toEqual([]);
  own.remove();
  await taken.kill('SIGTERM');
});

describe('--auto', () => {
  const own = new CliPlace();
  afterAll(() => own.remove());

  test('does the whole walkthrough, lists every repository of every workspace, and ends with status 0', async () => {
    const { code, output } = await own.run([...demo, '--auto', '--exit']);
    expect(output).not.toContain('✗');
    expect(output.match(/ ✓ /g)).toHaveLength(9);
    expect(output).toContain('My Bitbucket App Provider default_profile');
    expect(output).toContain('The OAuth Access token is available and will expire on');
    expect(output).toContain('Account: Read, Projects: Read, Webhooks: Read and write, Pull requests: Read');
    expect(output.match(/^ {2}(northwind-robotics|lumen-health) /gm)).toHaveLength(60);
    expect(code).toBe(0);
    expect(own.running()).toEqual([]);
  });

  test('works again on the same data, and keeps running to look at the result', async () => {
    const started = await own.start(
      [...demo, '--auto', '--repositories', '3'],
      /signed in as \S+ with the password \S+/,
    );
    expect(started.output).toContain('3 repositories of 2 workspaces, all that there are.');
    expect(own.running()).toHaveLength(5);
    expect(await started.kill('SIGINT')).toEqual({ code: 0, signal: null });
    expect(own.running()).toEqual([]);
  });

  test('with --exit a step that fails is named, and the status is 1', async () => {
    const allowList = path.join(own.folder, 'nothing-allowed.json');
    writeFileSync(allowList, '{"rules":[]}');
    const env = { LOCKKEEPER_MID_ALLOW_LIST: allowList };
    const { code, output } = await own.run([...demo, '--auto', '--exit', '--repositories', '3'], env);
    expect(output).toContain('✗ DevOps > Tools > Bitbucket > New, Connect through the MID Server');
    expect(output).toMatch(/lockkeeper: Connect failed: .*/);
    expect(code).toBe(1);
    expect(own.running()).toEqual([]);
  });
});
