import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { eventually, startNode, type TestProcess } from '@lockkeeper/testing';
import { Client, type ClientConfig } from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findPlatformPackage, prepareBinaries } from '../src/db/embedded-postgres/binaries.ts';
import { startEmbeddedPostgres } from '../src/db/embedded-postgres/embedded-postgres.ts';
import { findServer } from '../src/db/embedded-postgres/processes.ts';
import { stopServer } from '../src/db/embedded-postgres/server.ts';
import { findServerUser } from '../src/db/embedded-postgres/server-user.ts';

// Each test starts processes, on two cores that others share.
vi.setConfig({ testTimeout: 60_000 });

const child = path.join(import.meta.dirname, 'embedded-postgres-child.ts');
const daemon = { uid: 1, gid: 1 };
const nameless = { uid: 47_113, gid: 47_113 };
const isRoot = process.getuid?.() === 0;
let base = '';

beforeEach(() => {
  base = mkdtempSync(path.join(os.tmpdir(), 'lockkeeper-pg-'));
  chmodSync(base, 0o755);
});

afterEach(async () => {
  for (const entry of readdirSync(base, { recursive: true })) {
    if (path.basename(String(entry)) === 'cluster') await stopServer(path.join(base, String(entry)));
  }
  rmSync(base, { recursive: true, force: true });
});

/** A folder in which this user may make the data folder. */
function placeFor(ids?: { uid: number; gid: number }): string {
  const place = path.join(base, 'place');
  mkdirSync(place);
  if (ids) chownSync(place, ids.uid, ids.gid);
  return path.join(place, 'data');
}

async function startChild(dataFolder: string, ids?: { uid: number; gid: number }): Promise<TestProcess> {
  return startNode(child, { args: [dataFolder], waitFor: /ready .*\n|Error: .*\n/, ...(ids ? { ids } : {}) });
}

function configOf(started: TestProcess): ClientConfig {
  const text = /ready (.*)\n/.exec(started.output)?.[1];
  if (!text) throw new Error(`not ready: ${started.output}`);
  return JSON.parse(text);
}

async function query(config: ClientConfig, text: string): Promise<unknown[]> {
  const client = new Client(config);
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

test('keeps the data over a stop and a second start', async () => {
  const dataFolder = placeFor();
  const first = await startEmbeddedPostgres({ dataFolder, log: () => {} });
  await query(first.poolConfig, 'create table t (n int); insert into t values (1)');
  await first.stop();
  expect(findServer(path.join(dataFolder, 'cluster'))).toBeUndefined();
  const second = await startEmbeddedPostgres({ dataFolder, log: () => {} });
  expect(await query(second.poolConfig, 'select n from t')).toEqual([{ n: 1 }]);
  await second.stop();
});

test('starts although the programs that it used before are broken', async () => {
  const dataFolder = placeFor();
  const first = await startEmbeddedPostgres({ dataFolder, log: () => {} });
  await first.stop();
  mkdirSync(path.join(dataFolder, `postgres-${findPlatformPackage().version}`));
  const second = await startEmbeddedPostgres({ dataFolder, log: () => {} });
  expect(await query(second.poolConfig, 'select 1 as one')).toEqual([{ one: 1 }]);
  await second.stop();
});

test('listens on no network address, syncs to disk, and its folder is closed to others', async () => {
  const dataFolder = placeFor();
  const server = await startEmbeddedPostgres({ dataFolder, log: () => {} });
  const rows = await query(
    server.poolConfig,
    `select name, setting from pg_settings where name in
      ('listen_addresses', 'fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums') order by name`,
  );
  expect(rows.map((row) => Object.values(Object(row)).join('='))).toEqual([
    'data_checksums=on',
    'fsync=on',
    'full_page_writes=on',
    'listen_addresses=',
    'synchronous_commit=on',
  ]);
  expect(lstatSync(path.join(dataFolder, 'cluster')).mode & 0o777).toBe(0o700);
  await server.stop();
});

test('works below a path too long for a socket', async () => {
  const dataFolder = path.join(placeFor(), 'x'.repeat(120), 'y'.repeat(80));
  const server = await startEmbeddedPostgres({ dataFolder, log: () => {} });
  expect(await query(server.poolConfig, 'select 1 as one')).toEqual([{ one: 1 }]);
  await server.stop();
});

describe.skipIf(!isRoot)('started by root', () => {
  test('the server runs as neither root nor anybody with a name', async () => {
    const started = await startChild(placeFor());
    const { uid } = lstatSync(path.join(base, 'place/data/cluster'));
    expect(spawnSync('getent', ['passwd', String(uid)]).status).not.toBe(0);
    await started.kill('SIGTERM');
  });

  test('a data folder below a closed parent is refused with what to do', async () => {
    const dataFolder = placeFor();
    chmodSync(path.dirname(dataFolder), 0o700);
    await expect(startEmbeddedPostgres({ dataFolder, log: () => {} })).rejects.toMatchObject({
      code: 'folder-not-traversable',
      message: expect.stringContaining(`chmod o+x ${path.dirname(dataFolder)}`),
    });
    expect(existsSync(path.join(dataFolder, 'cluster'))).toBe(false);
  });

  test('a package that is closed to the server and lacks its links is copied', async () => {
    const original = findPlatformPackage();
    const closed = path.join(base, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    cpSync(path.join(original.folder, 'native'), path.join(closed, 'native'), {
      recursive: true,
      filter: (file) => !lstatSync(file).isSymbolicLink(),
    });
    const binaries = await prepareBinaries(findServerUser(), path.join(base, 'copy'), {
      ...original,
      folder: closed,
    });
    expect(binaries.postgres).toContain(path.join(base, 'copy'));
  });
});

const canBe = (ids: { uid: number; gid: number }): boolean =>
  isRoot &&
  spawnSync(process.execPath, ['-e', `require('fs').readFileSync(${JSON.stringify(child)})`], ids).status ===
    0;

describe.skipIf(!canBe(daemon))('started by an ordinary user', () => {
  test('starts, stops and starts again', async () => {
    const dataFolder = placeFor(daemon);
    for (const _ of [1, 2]) {
      const started = await startChild(dataFolder, daemon);
      expect(started.output).toContain('ready');
      expect(await started.kill('SIGTERM')).toMatchObject({ code: 0 });
    }
    expect(lstatSync(path.join(dataFolder, 'cluster')).uid).toBe(daemon.uid);
  });

  test('a folder that cannot be written to is refused with its path', async () => {
    const started = await startChild(path.join(base, 'not-mine'), daemon);
    expect(started.output).toMatch(
      /EmbeddedPostgresError: The data folder .*not-mine cannot be written to \(EACCES\)/,
    );
    expect((await started.exited).code).toBe(1);
  });
});

const mayUnshare = canBe(nameless) && spawnSync('unshare', ['-U', 'true'], nameless).status === 0;

test.skipIf(!mayUnshare)('starts as a user id that has no name', async () => {
  const started = await startChild(placeFor(nameless), nameless);
  expect(started.output).toContain('ready');
  expect(await started.kill('SIGTERM')).toMatchObject({ code: 0 });
});

test('a second start on the same folder is told who has it, and disturbs nothing', async () => {
  const dataFolder = placeFor();
  const first = await startChild(dataFolder);
  await expect(startEmbeddedPostgres({ dataFolder, log: () => {} })).rejects.toMatchObject({
    code: 'folder-in-use',
    message: expect.stringContaining(`(process ${first.pid})`),
  });
  expect(await query(configOf(first), 'select 1 as one')).toEqual([{ one: 1 }]);
  await first.kill('SIGTERM');
});

test('of three starts at once on a new folder one wins, and the others say why they did not', async () => {
  const dataFolder = placeFor();
  const all = await Promise.all([startChild(dataFolder), startChild(dataFolder), startChild(dataFolder)]);
  expect(all.filter(({ output }) => output.includes('ready'))).toHaveLength(1);
  expect(all.filter(({ output }) => output.includes('is in use by another Lockkeeper'))).toHaveLength(2);
  expect(readdirSync(dataFolder).filter((name) => name.startsWith('cluster'))).toEqual(['cluster']);
  await Promise.all(all.map((each) => each.kill('SIGTERM')));
});

test('after kill -9 of its parent the server is taken over, with everything acknowledged', async () => {
  const dataFolder = placeFor();
  const cluster = path.join(dataFolder, 'cluster');
  const first = await startChild(dataFolder);
  await query(configOf(first), 'create table t (n int); insert into t values (7)');
  const server = findServer(cluster);
  await first.kill('SIGKILL');
  expect(findServer(cluster)).toBe(server);
  const second = await startEmbeddedPostgres({ dataFolder, log: () => {} });
  expect(findServer(cluster)).toBe(server);
  expect(await query(second.poolConfig, 'select n from t')).toEqual([{ n: 7 }]);
  await second.stop();
  expect(findServer(cluster)).toBeUndefined();
});

test('after kill -9 of the server it is started again, with everything acknowledged', async () => {
  const dataFolder = placeFor();
  const cluster = path.join(dataFolder, 'cluster');
  const messages: string[] = [];
  const started = await startEmbeddedPostgres({ dataFolder, log: (message) => messages.push(message) });
  await query(started.poolConfig, 'create table t (n int); insert into t values (7)');
  const before = findServer(cluster);
  if (before === undefined) throw new Error('no server');
  process.kill(before, 'SIGKILL');
  await eventually(async () =>
    expect(await query(started.poolConfig, 'select n from t')).toEqual([{ n: 7 }]),
  );
  await started.ensureRunning();
  expect(findServer(cluster)).not.toBe(before);
  expect(messages).toEqual(['The embedded database went away; starting it again']);
  await started.stop();
});

test('RL-02: killed again and again while it recovers, the server is there as soon as that ends', async () => {
  const dataFolder = placeFor();
  const cluster = path.join(dataFolder, 'cluster');
  const messages: string[] = [];
  const started = await startEmbeddedPostgres({ dataFolder, log: (message) => messages.push(message) });
  await query(started.poolConfig, 'create table t (n int); insert into t values (7)');
  // Until the launcher has given an attempt up, and so is past what it does in one.
  await eventually(() => {
    const server = findServer(cluster);
    if (server !== undefined) process.kill(-server, 'SIGKILL');
    expect(messages.join()).toContain('stays away');
  }, 50_000);
  await eventually(
    async () => expect(await query(started.poolConfig, 'select n from t')).toEqual([{ n: 7 }]),
    30_000,
  );
  await started.stop();
  expect(findServer(cluster)).toBeUndefined();
}, 120_000);

test('after kill -9 of both, the next start recovers', async () => {
  const dataFolder = placeFor();
  const first = await startChild(dataFolder);
  await query(configOf(first), 'create table t (n int); insert into t values (7)');
  const server = findServer(path.join(dataFolder, 'cluster'));
  if (server === undefined) throw new Error('no server');
  await first.kill('SIGKILL');
  process.kill(server, 'SIGKILL');
  const second = await startEmbeddedPostgres({ dataFolder, log: () => {} });
  expect(await query(second.poolConfig, 'select n from t')).toEqual([{ n: 7 }]);
  await second.stop();
});

test('what a killed initdb left is not used, and removed', async () => {
  const dataFolder = placeFor();
  mkdirSync(path.join(dataFolder, 'cluster.new-2000000000-abc'), { recursive: true });
  writeFileSync(path.join(dataFolder, 'cluster.new-2000000000-abc/PG_VERSION'), '18\n');
  const server = await startEmbeddedPostgres({ dataFolder, log: () => {} });
  const clusters = readdirSync(dataFolder).filter((entry) => entry.startsWith('cluster'));
  expect(clusters).toEqual(['cluster']);
  await server.stop();
});

test('data of another version of PostgreSQL are refused and stay as they are', async () => {
  const dataFolder = placeFor();
  mkdirSync(path.join(dataFolder, 'cluster'), { recursive: true });
  writeFileSync(path.join(dataFolder, 'cluster/PG_VERSION'), '17\n');
  await expect(startEmbeddedPostgres({ dataFolder, log: () => {} })).rejects.toMatchObject({
    code: 'other-version',
  });
  expect(readdirSync(path.join(dataFolder, 'cluster'))).toEqual(['PG_VERSION']);
});
