import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { CliPlace } from './cli.ts';

// Each test starts processes, on two cores that others share.
vi.setConfig({ testTimeout: 60_000 });

const place = new CliPlace();
afterAll(() => place.remove());

test('shows what it can do', async () => {
  const { code, output } = await place.run(['--help']);
  expect(code).toBe(0);
  for (const command of ['start', 'mid-server', 'sandbox', 'admin', 'demo'])
    expect(output).toContain(`\n  ${command} `);
});

test('--exit without --auto is no demo that never ends', async () => {
  expect(await place.run(['demo', '--exit'])).toEqual({
    code: 1,
    output: 'error: --exit ends after the walkthrough: add --auto',
  });
});

describe('admin, without a browser', () => {
  let instance: Awaited<ReturnType<CliPlace['start']>>;
  let origin = '';

  beforeAll(async () => {
    instance = await place.start(['start'], /instance is ready/);
    origin = /"url":"([^"]+)"/.exec(instance.output)?.[1] ?? '';
  });
  afterAll(() => instance.kill('SIGTERM'));

  test('create-api-key prints a key that works at once at the running instance', async () => {
    const { code, output } = await place.run(['admin', 'create-api-key', '--name', 'ci', '--role', 'admin']);
    expect(code).toBe(0);
    const answer = await fetch(`${origin}/api/v1/api-keys`, {
      headers: { authorization: `Bearer ${output}` },
    });
    expect(await answer.json()).toMatchObject({ items: [{ name: 'ci', roles: ['admin'] }] });
  });

  test('WB-10: audit verify walks the chain beside the running instance and prints a checkpoint', async () => {
    const { code, output } = await place.run(['audit', 'verify']);
    expect([code, output]).toEqual([
      0,
      expect.stringMatching(/^\d+ audit entries, none changed, none missing\./),
    ]);
    const [, checkpoint = ''] = /checkpoint (\d+:[0-9a-f]{64})/.exec(output) ?? [];
    expect((await place.run(['audit', 'verify', '--checkpoint', checkpoint])).code).toBe(0);

    const later = checkpoint.replace(/^\d+/, '999999');
    const cut = await place.run(['audit', 'verify', '--checkpoint', later]);
    expect([cut.code, cut.output]).toEqual([1, expect.stringMatching(/Audit entry \d+ is missing\./)]);
    const wrong = await place.run(['audit', 'verify', '--checkpoint', 'nonsense']);
    expect([wrong.code, wrong.output]).toEqual([1, expect.stringContaining('It looks like 42:')]);
  });

  test('create-api-key refuses a role that does not exist', async () => {
    const { code, output } = await place.run(['admin', 'create-api-key', '--name', 'x', '--role', 'root']);
    expect(code).toBe(1);
    expect(output).toContain('Allowed choices are admin, tool_owner, integration, viewer');
  });

  test('setup-link prints a link that works once; then there is an administrator', async () => {
    const { output } = await place.run(['admin', 'setup-link'], { LOCKKEEPER_PUBLIC_URL: origin });
    const token = new URL(output).hash.slice(1);
    const redeem = () =>
      fetch(`${origin}/api/v1/setup`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin },
        body: JSON.stringify({
          token,
          name: 'Ada',
          email: 'ada@example.com',
          password: 'canary-password-of-ada',
        }),
      });
    expect((await redeem()).status).toBe(201);
    expect((await redeem()).status).toBe(403);
    expect(await place.run(['admin', 'setup-link'])).toEqual({
      code: 1,
      output: 'lockkeeper: There is an administrator already. Sign in, and invite others under Users.',
    });
  });

  test('works as well when no instance runs', async () => {
    await instance.kill('SIGTERM');
    const { code, output } = await place.run([
      'admin',
      'create-api-key',
      '--name',
      'later',
      '--role',
      'viewer',
    ]);
    expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/^lk_/) });
    expect(place.running()).toEqual([]);
  });
});

test('a bad variable of the environment is one line that names it', async () => {
  const { code, output } = await place.run(['admin', 'setup-link'], { LOCKKEEPER_PORT: 'x' });
  expect({ code, output }).toEqual({
    code: 1,
    output: 'lockkeeper: LOCKKEEPER_PORT must be a number from 0 to 65535',
  });
});

test('the sandbox says which port is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  const { code, output } = await place.run(['sandbox', '--port', port]);
  other.close();
  expect({ code, output }).toEqual({
    code: 1,
    output: `lockkeeper: The sandbox cannot listen on 127.0.0.1:${port} (EADDRINUSE). Choose another port.`,
  });
});

test('the sandbox runs until it is told to end', async () => {
  const sandbox = await place.start(['sandbox', '--port', '0', '--repositories', '3'], /ready at http:\S+/);
  const origin = /ready at (\S+)/.exec(sandbox.output)?.[1] ?? '';
  expect((await fetch(`${origin}/sandbox/state`)).status).toBe(200);
  expect(await sandbox.kill('SIGINT')).toEqual({ code: 0, signal: null });
});

test('a MID Server that cannot reach its instance says so in one line', async () => {
  const target = ['--instance', 'http://127.0.0.1:1', '--token', 'canary-enrolment-token'];
  const { code, output } = await place.run([
    'mid-server',
    'enrol',
    ...target,
    '--data',
    path.join(place.folder, 'mid'),
  ]);
  expect(code).toBe(1);
  expect(output).toBe(
    'lockkeeper: The instance at http://127.0.0.1:1 cannot be reached (ECONNREFUSED). Is it running, and is a proxy needed?',
  );
});

test('a MID Server that was never enrolled says what to do', async () => {
  for (const command of ['run', 'fingerprint']) {
    const { code, output } = await place.run([
      'mid-server',
      command,
      '--data',
      path.join(place.folder, 'none'),
    ]);
    expect(code).toBe(1);
    expect(output).toMatch(/^lockkeeper: .*enrol/);
    expect(output.split('\n')).toHaveLength(1);
  }
});

test('start --with-mid-server runs an agent beside the instance that takes calls', async () => {
  const own = new CliPlace();
  const started = await own.start(['start', '--with-mid-server'], /is connected and takes calls/);
  expect(own.running().length).toBeGreaterThanOrEqual(3);
  expect(await started.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(own.running()).toEqual([]);
  own.remove();
});

test('start says why it cannot', async () => {
  const file = path.join(place.folder, 'file');
  writeFileSync(file, '');
  const { code, output } = await place.run(['start'], { LOCKKEEPER_DATA: path.join(file, 'data') });
  expect(code).toBe(1);
  expect(output).toMatch(/^Lockkeeper cannot start: The data folder .* cannot be written to/);
});
