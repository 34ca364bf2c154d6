import { eventually } from '@lockkeeper/testing';
import { afterAll, expect, test, vi } from 'vitest';
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
