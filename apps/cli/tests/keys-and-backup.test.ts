import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CanaryVault, useTestDatabase } from '@lockkeeper/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CliPlace } from './cli.ts';

const place = new CliPlace();
const data = path.join(place.folder, '.lockkeeper');
const backup = path.join(place.folder, 'backup.age');
const canaries = new CanaryVault();
/** What is no secret is found, so the search works. */
const visible = 'canary-public-name';
const clientSecret = canaries.plant('client-secret');
afterAll(() => place.remove());

/** Everything below a folder, as bytes. */
function* filesBelow(folder: string): Generator<{ file: string; text: string }> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile()) yield { file, text: readFileSync(file, 'latin1') };
  }
}

describe('beside a running instance', () => {
  let instance: Awaited<ReturnType<CliPlace['start']>>;
  let api: (method: string, route: string, body?: unknown) => Promise<Response>;

  beforeAll(async () => {
    instance = await place.start(['start'], /instance is ready/);
    const origin = /"url":"([^"]+)"/.exec(instance.output)?.[1] ?? '';
    const { output: key } = await place.run(['admin', 'create-api-key', '--name', 'a', '--role', 'admin']);
    api = (method, route, body) =>
      fetch(`${origin}/api/v1/${route}`, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    // A key reads only; what it may not write is made with the link.
    const { output: link } = await place.run(['admin', 'setup-link'], { LOCKKEEPER_PUBLIC_URL: origin });
    await savedRegistry(origin, new URL(link).hash.slice(1));
  });

  async function savedRegistry(origin: string, token: string): Promise<void> {
    const json = { 'content-type': 'application/json', origin };
    const setup = await fetch(`${origin}/api/v1/setup`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({
        token,
        name: 'Ada',
        email: 'ada@example.com',
        password: 'canary-password-of-ada',
      }),
    });
    const cookie = setup.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const saved = await fetch(`${origin}/api/v1/application-registries`, {
      method: 'POST',
      headers: { ...json, cookie },
      body: JSON.stringify({
        name: visible,
        clientId: 'client',
        clientSecret,
        defaultGrantType: 'authorization_code',
        authorizationUrl: 'https://bitbucket.org/site/oauth2/authorize',
        tokenUrl: 'https://bitbucket.org/site/oauth2/access_token',
      }),
    });
    expect([saved.status, await saved.text()]).toEqual([201, expect.anything()]);
  }

  test('KE-10: the database process gets no variable of ours, and no process of ours dumps its memory', () => {
    const pid = readFileSync(path.join(data, 'database/cluster/postmaster.pid'), 'utf8').split('\n')[0];
    const names = readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .filter(Boolean)
      .map((entry) => entry.split('=')[0]);
    // PostgreSQL sets the last two for itself.
    const own = ['PG_GRANDPARENT_PID', 'PGLOCALEDIR', 'PGSYSCONFDIR'];
    expect(names.filter((name) => !own.includes(name ?? '')).sort()).toEqual(['LC_ALL', 'PATH', 'TZ']);
    for (const each of [pid, instance.pid]) {
      expect(readFileSync(`/proc/${each}/coredump_filter`, 'utf8').trim()).toBe('00000000');
    }
  });

  test('KE-10: a signal does not open the debugger', async () => {
    instance.child.kill('SIGUSR1');
    expect((await api('GET', 'api-keys')).status).toBe(200);
    expect(instance.output).not.toContain('Debugger listening');
  });

  test('keys rotate --new-master-key: the instance goes on without a restart', async () => {
    const before = await place.run(['keys', 'list']);
    expect(before.output).toMatch(/kek_\w+ {2}current {2}wraps 1 data key\n/);
    expect(before.output).toContain('application_registries.client_secret_sealed 1');
    const former = /kek_\w+/.exec(before.output)?.[0] ?? '';

    expect(await place.run(['keys', 'retire', former])).toMatchObject({ code: 1 });

    // A run that was killed right after it had written the file; the next one uses the key that is there.
    const keyFile = path.join(data, 'master.key');
    const added = randomBytes(32).toString('base64');
    writeFileSync(keyFile, `${added}\n${readFileSync(keyFile, 'utf8')}`);
    expect((await place.run(['keys', 'list'])).output).toMatch(/kek_\w+ {2}current {2}wraps nothing\n/);
    const rotated = await place.run(['keys', 'rotate', '--new-master-key']);
    expect(rotated).toMatchObject({
      code: 0,
      output: expect.stringMatching(/values? sealed anew, 1 data key/),
    });
    expect((await api('GET', 'api-keys')).status).toBe(200);

    const retired = await place.run(['keys', 'retire']);
    expect(retired.output).toMatch(/^retired dek_\w+$/);
    const { output } = await place.run(['keys', 'retire', former]);
    expect(output).toContain(`it is kept in ${path.join(data, `retired-${former}.key`)}`);
    expect(readFileSync(keyFile, 'utf8')).toBe(`${added}\n`);
    const entries = await (await api('GET', 'audit-entries?q=key')).json();
    expect(entries).toMatchObject({
      items: expect.arrayContaining(
        [
          'vault_key.created',
          'vault_key.rewrapped',
          'vault_key.rotated',
          'vault_key.retired',
          'master_key.retired',
        ].map((action) => expect.objectContaining({ action })),
      ),
    });
  }, 60_000);

  test('backup writes a file for its owner only, and never over another', async () => {
    const made = await place.run(['backup', '--out', 'backup.age']);
    expect(made).toMatchObject({
      code: 0,
      output: expect.stringMatching(/backup\.age: \d+ rows of \d+ tables/),
    });
    expect(statSync(backup).mode & 0o777).toBe(0o600);
    const again = await place.run(['backup', '--out', 'backup.age']);
    expect(again).toEqual({ code: 1, output: `lockkeeper: ${backup} exists already. Choose another name.` });
  });

  test('restore refuses the database that is in use', async () => {
    const { code, output } = await place.run(['restore', '--from', 'backup.age']);
    expect(code).toBe(1);
    expect(output).toMatch(
      /^lockkeeper: The database is not empty \(it has \d+ tables\).*LOCKKEEPER_DATA\.$/,
    );
  });

  test('KE-08: whoever takes the data folder without the key file, and the backup, finds no secret', async () => {
    await instance.kill('SIGTERM');
    const keys = path.join(data, 'master.key');
    canaries.register('master-key', readFileSync(keys, 'utf8').trim());
    const found: string[] = [];
    let seen = 0;
    for (const { file, text } of filesBelow(place.folder)) {
      if (file.endsWith('.key')) continue;
      if (text.includes(visible)) seen++;
      found.push(...canaries.find(text).map((form) => `${form} in ${file}`));
    }
    expect(seen).toBeGreaterThan(0);
    expect(found).toEqual([]);
  }, 60_000);
});

describe('on another machine', () => {
  const other = new CliPlace();
  const folder = path.join(other.folder, '.lockkeeper');
  afterAll(() => other.remove());

  test('RL-07: without the master key restore says that it is missing, and makes none', async () => {
    const { code, output } = await other.run(['restore', '--from', backup]);
    expect([code, output]).toEqual([
      1,
      expect.stringContaining('master.key cannot be read. Put the key file'),
    ]);
    expect(readdirSync(other.folder)).toEqual([]);
  });

  test('with the key given separately, everything is there, and the instance starts', async () => {
    const key = readFileSync(path.join(data, 'master.key'), 'utf8').trim();
    const env = { LOCKKEEPER_MASTER_KEY: key };
    const restored = await other.run(['restore', '--from', backup], env);
    expect(restored).toMatchObject({
      code: 0,
      output: expect.stringMatching(/restored \d+ rows of \d+ tables.*\n.*signed out/),
    });
    const instance = await other.start(['start'], /instance is ready/, env);
    expect(await instance.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    const report = await other.run(['restore', '--report'], env);
    expect(report.output).toContain('Restored from the backup of');
  }, 60_000);

  test('a damaged file is refused in one line, and the folder can be used again', async () => {
    const key = readFileSync(path.join(data, 'master.key'), 'utf8').trim();
    const third = new CliPlace();
    const cut = path.join(third.folder, 'cut.age');
    writeFileSync(cut, readFileSync(backup).subarray(0, -100));
    const env = { LOCKKEEPER_MASTER_KEY: key };
    const { code, output } = await third.run(['restore', '--from', 'cut.age'], env);
    expect([code, output]).toEqual([1, expect.stringMatching(/^lockkeeper: The file is not a whole.*$/)]);
    expect(await third.run(['restore', '--from', backup], env)).toMatchObject({ code: 0 });
    third.remove();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);
});

test('keys rotate --new-master-key says what to do where the key comes from the environment', async () => {
  const { url } = await useTestDatabase();
  const env = { DATABASE_URL: url, LOCKKEEPER_MASTER_KEY: randomBytes(32).toString('base64') };
  const { code, output } = await place.run(['keys', 'rotate', '--new-master-key'], env);
  expect([code, output]).toEqual([
    1,
    expect.stringMatching(/^lockkeeper: .*LOCKKEEPER_PREVIOUS_MASTER_KEYS.*$/),
  ]);
  expect((await place.run(['keys', 'rotate'], env)).output).toBe(
    'lockkeeper: This database has no keys yet. Start an instance on it first.',
  );
});

test('KE-10: with a public address, an instance refuses options that show its memory', async () => {
  const { code, output } = await place.run(['start'], {
    NODE_OPTIONS: '--inspect=127.0.0.1:0',
    LOCKKEEPER_PUBLIC_URL: 'https://lockkeeper.example.com',
  });
  expect(code).toBe(1);
  expect(output).toMatch(/^Lockkeeper cannot start: Node was started with --inspect, .*localhost/m);
});

test('KE-10: a MID Server beside the instance does not inherit the master key', async () => {
  const own = new CliPlace();
  const env = { LOCKKEEPER_MASTER_KEY: randomBytes(32).toString('base64') };
  const started = await own.start(['start', '--with-mid-server'], /is connected/, env);
  const children = readdirSync('/proc').filter(
    (entry) => /^\d+$/.test(entry) && parentOf(entry) === started.pid,
  );
  expect(children.length).toBeGreaterThan(0);
  for (const child of children) {
    expect(readFileSync(`/proc/${child}/environ`, 'utf8')).not.toContain('LOCKKEEPER_MASTER_KEY');
  }
  await started.kill('SIGTERM');
  own.remove();
}, 60_000);

function parentOf(pid: string): number | undefined {
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}
