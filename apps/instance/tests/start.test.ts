import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { startNode, type TestProcess, useTestDatabase } from '@lockkeeper/testing';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

// Each test starts processes, on two cores that others share.
vi.setConfig({ testTimeout: 60_000 });

const main = path.join(import.meta.dirname, '../src/main.ts');
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'lockkeeper-instance-'));
  chmodSync(folder, 0o755);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const newKey = (): string => randomBytes(32).toString('base64');

async function start(env: Record<string, string>): Promise<TestProcess> {
  return startNode(main, {
    env: { LOCKKEEPER_PORT: '0', LOCKKEEPER_DATA: path.join(folder, 'data'), ...env },
    cwd: folder,
    waitFor: /instance is ready|cannot start/,
  });
}

async function problemOf(env: Record<string, string>): Promise<string> {
  const started = await start(env);
  if (started.output.includes('instance is ready')) await started.kill('SIGTERM');
  expect(await started.exited).toEqual({ code: 1, signal: null });
  const lines = started.output
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('{"level":"info"'));
  expect(lines).toEqual([expect.stringMatching(/^Lockkeeper cannot start: /)]);
  return lines.join();
}

function urlOf(started: TestProcess): string {
  return /"url":"([^"]+)"/.exec(started.output)?.[1] ?? '';
}

test('starts, answers, stops on SIGTERM, and starts again on its data', async () => {
  for (const _ of [1, 2]) {
    const started = await start({});
    expect(await (await fetch(`${urlOf(started)}/readyz`)).json()).toMatchObject({ status: 'ready' });
    expect(await started.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  }
  expect(statSync(path.join(folder, 'data/master.key')).mode & 0o777).toBe(0o600);
  expect(existsSync(path.join(folder, 'data/database/cluster/postmaster.pid'))).toBe(false);
});

test('runs on the server of DATABASE_URL without making a database of its own', async () => {
  const { url } = await useTestDatabase();
  const started = await start({ DATABASE_URL: url, LOCKKEEPER_MASTER_KEY: newKey() });
  expect((await fetch(`${urlOf(started)}/readyz`)).status).toBe(200);
  expect(existsSync(path.join(folder, 'data'))).toBe(false);
  expect(await started.kill('SIGINT')).toEqual({ code: 0, signal: null });
});

test('a signal during the start ends what was started, and leaves no server', async () => {
  const started = await startNode(main, {
    env: { LOCKKEEPER_PORT: '0', LOCKKEEPER_DATA: path.join(folder, 'data') },
    waitFor: /database migrated/,
  });
  expect(await started.kill('SIGINT')).toEqual({ code: 0, signal: null });
  expect(existsSync(path.join(folder, 'data/database/cluster/postmaster.pid'))).toBe(false);
});

test('a port that is taken is named, with what to do', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  expect(await problemOf({ LOCKKEEPER_PORT: String(port) })).toBe(
    `Lockkeeper cannot start: Port ${port} on 127.0.0.1 is taken by another program. ` +
      'Stop it, or choose another with LOCKKEEPER_PORT.',
  );
  other.close();
});

test('a data folder that cannot be made is named, with what to do', async () => {
  writeFileSync(path.join(folder, 'file'), '');
  const problem = await problemOf({ LOCKKEEPER_DATA: path.join(folder, 'file/data') });
  expect(problem).toContain(`The data folder ${folder}/file/data cannot be written to (ENOTDIR)`);
  expect(problem).toContain('LOCKKEEPER_DATA');
});

test('a second instance on the same data folder is told which process has it', async () => {
  const first = await start({});
  expect(await problemOf({})).toContain(`is in use by another Lockkeeper (process ${first.pid})`);
  expect((await fetch(`${urlOf(first)}/readyz`)).status).toBe(200);
  await first.kill('SIGTERM');
});

test('an embedded database that cannot start says why and where its log is', async () => {
  const cluster = path.join(folder, 'data/database/cluster');
  mkdirSync(cluster, { recursive: true });
  writeFileSync(path.join(cluster, 'PG_VERSION'), '18\n');
  writeFileSync(path.join(folder, 'data/master.key'), `${newKey()}\n`, { mode: 0o600 });
  const problem = await problemOf({});
  expect(problem).toContain('The embedded database did not start');
  expect(problem).toContain('server.log');
});

test('KE-06: with DATABASE_URL a missing master key is named, and nothing is migrated', async () => {
  const { url } = await useTestDatabase();
  expect(await problemOf({ DATABASE_URL: url })).toContain('LOCKKEEPER_MASTER_KEY is not set');
});

test('KE-06: a short or patterned master key is refused', async () => {
  expect(await problemOf({ LOCKKEEPER_MASTER_KEY: 'c2hvcnQ=' })).toContain('LOCKKEEPER_MASTER_KEY must be');
  const patterned = Buffer.alloc(32, 1).toString('base64');
  expect(await problemOf({ LOCKKEEPER_MASTER_KEY: patterned })).toContain(
    'LOCKKEEPER_MASTER_KEY is not random',
  );
  expect(existsSync(path.join(folder, 'data'))).toBe(false);
});

test('KE-06: the key file of an existing database is never made anew', async () => {
  const first = await start({});
  await first.kill('SIGTERM');
  rmSync(path.join(folder, 'data/master.key'));
  expect(await problemOf({})).toContain('Put the key file of this database back');
  expect(existsSync(path.join(folder, 'data/master.key'))).toBe(false);
});

test('KE-06: a wrong master key is told apart from a damaged database, and changes nothing', async () => {
  const { url } = await useTestDatabase();
  const right = newKey();
  const first = await start({ DATABASE_URL: url, LOCKKEEPER_MASTER_KEY: right });
  await first.kill('SIGTERM');
  const wrong = await problemOf({ DATABASE_URL: url, LOCKKEEPER_MASTER_KEY: newKey() });
  expect(wrong).toContain('The master key is not the one that sealed this database');
  const again = await start({ DATABASE_URL: url, LOCKKEEPER_MASTER_KEY: right });
  expect(again.output).toContain('instance is ready');
  await again.kill('SIGTERM');
});

test('KE-06: a key file that others can read is refused', async () => {
  const first = await start({});
  await first.kill('SIGTERM');
  chmodSync(path.join(folder, 'data/master.key'), 0o644);
  expect(await problemOf({})).toContain('chmod 600');
});

test('a database server that cannot be reached is told apart from one that does not have the database', async () => {
  const { url } = await useTestDatabase();
  const master = { LOCKKEEPER_MASTER_KEY: newKey() };
  const password = 'canary-database-password';
  const nobody = await problemOf({
    ...master,
    DATABASE_URL: `postgres://app:${password}@127.0.0.1:1/lockkeeper`,
  });
  expect(nobody).toContain('nothing answers there (ECONNREFUSED)');
  expect(nobody).not.toContain(password);
  const unknown = await problemOf({ ...master, DATABASE_URL: url.replace(/test_\w+/, 'nowhere') });
  expect(unknown).toContain('the database does not exist there (3D000)');
});

test('a database that a newer Lockkeeper has migrated is refused', async () => {
  const { db, url } = await useTestDatabase();
  await sql`insert into schema_migrations (number, name) values (9999, 'future')`.execute(db);
  const problem = await problemOf({ DATABASE_URL: url, LOCKKEEPER_MASTER_KEY: newKey() });
  expect(problem).toContain('migrated by a newer Lockkeeper');
});

test('a certificate that cannot be read is named', async () => {
  const tls = { LOCKKEEPER_TLS_CERT: 'missing.pem', LOCKKEEPER_TLS_KEY: 'missing.key' };
  expect(await problemOf(tls)).toMatch(
    /LOCKKEEPER_TLS_(CERT|KEY) .*missing\.(pem|key) cannot be read \(ENOENT\)/,
  );
});

test('ends by itself, with its server, when the program that started it is killed', async () => {
  const script = path.join(folder, 'starter.mjs');
  writeFileSync(
    script,
    `import { spawn } from 'node:child_process';
     spawn(process.execPath, [${JSON.stringify(main)}], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });`,
  );
  const starter = await startNode(script, {
    env: { LOCKKEEPER_PORT: '0', LOCKKEEPER_DATA: path.join(folder, 'data') },
    waitFor: /instance is ready/,
  });
  starter.child.kill('SIGKILL');
  // The output stays open for as long as any of them lives.
  await starter.exited;
  expect(existsSync(path.join(folder, 'data/database/cluster/postmaster.pid'))).toBe(false);
});
