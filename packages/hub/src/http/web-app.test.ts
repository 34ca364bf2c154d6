import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogger } from '../log.ts';
import { createHttpApp } from './http-app.ts';
import type { HttpApp } from './http-app-type.ts';

let app: HttpApp;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'web-root-'));
  const webRoot = join(folder, 'dist');
  await mkdir(join(webRoot, 'assets'), { recursive: true });
  await writeFile(join(webRoot, 'index.html'), '<title>Lockkeeper</title>');
  await writeFile(join(webRoot, 'assets', 'main-abc123.js'), 'run()');
  await writeFile(join(webRoot, 'assets', 'main-abc123.js.gz'), gzipSync('run()'));
  await writeFile(join(webRoot, 'favicon.svg'), '<svg/>');
  await writeFile(join(folder, 'outside.txt'), 'canary-outside');
  app = await createHttpApp({
    publicUrl: new URL('http://127.0.0.1:8080'),
    logger: createLogger({ level: 'silent' }),
    version: '0.0.0',
    sessionCookie: '__Host-lockkeeper',
    webRoot,
    authenticate: async () => undefined,
    onDenied: async () => {},
  });
  await app.ready();
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

const page = { accept: 'text/html,application/xhtml+xml' };

it('answers every address that a browser navigates to with the page, never cached without asking', async () => {
  for (const url of ['/', '/credentials/cred_1', '/index.html']) {
    const answer = await app.inject({ url, headers: page });
    expect([answer.statusCode, answer.body]).toEqual([200, '<title>Lockkeeper</title>']);
    expect(answer.headers['cache-control']).toBe('no-cache');
    expect(answer.headers['content-type']).toContain('text/html');
  }
});

it('serves hashed assets for a year and other files with a check', async () => {
  const asset = await app.inject('/assets/main-abc123.js');
  expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(asset.headers['content-type']).toContain('javascript');
  expect((await app.inject('/favicon.svg')).headers['cache-control']).toBe('no-cache');
});

it('sends what the build has compressed to whoever accepts it, and the plain file to others', async () => {
  const get = (encodings: string) =>
    app.inject({ url: '/assets/main-abc123.js', headers: { 'accept-encoding': encodings } });
  const compressed = await get('br, gzip');
  expect(compressed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
  expect(compressed.headers['content-type']).toContain('javascript');
  expect(compressed.headers['cache-control']).toContain('immutable');
  expect(gunzipSync(compressed.rawPayload).toString()).toBe('run()');
  const plain = await get('identity');
  expect([plain.headers['content-encoding'], plain.body]).toEqual([undefined, 'run()']);
});

it.each([
  ['an unknown API route', '/api/v1/nothing', page],
  ['a missing asset', '/assets/gone.js', page],
  ['what a script asks for', '/credentials', { ...page, 'sec-fetch-mode': 'cors' }],
  ['what a program asks for', '/credentials', { accept: 'application/json' }],
  ['a file outside', '/../outside.txt', {}],
  ['a file outside, encoded', '/..%2foutside.txt', {}],
])('answers %s with a problem, not with the page', async (_name, url, headers) => {
  const answer = await app.inject({ url, headers });
  expect([answer.statusCode, answer.json().code]).toEqual([404, 'route.unknown']);
});
