import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { discard, readJson } from './read-body.ts';
import type { ToolResponse } from './tool-call.ts';

const schema = z.object({ name: z.string() });

function answer(body: AsyncIterable<Uint8Array>, type = 'application/json; charset=utf-8'): ToolResponse {
  return { status: 200, headers: new Headers({ 'content-type': type }), body };
}

async function* bytes(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text);
}

test('reads JSON that came in pieces', async () => {
  await expect(readJson(answer(bytes('{"na', 'me":"ä"}')), schema)).resolves.toEqual({ name: 'ä' });
});

test('gives up on an endless body at the bound and closes the stream', async () => {
  let closed = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      while (true) yield new Uint8Array(1024);
    } finally {
      closed = true;
    }
  }
  await expect(readJson(answer(endless()), schema, 10_000)).rejects.toMatchObject({ kind: 'malformed' });
  expect(closed).toBe(true);
});

test.each([
  ['HTML', answer(bytes('<p>canary-body'), 'text/html')],
  ['broken JSON', answer(bytes('{"canary-body'))],
  ['another form', answer(bytes('{"name":{"canary-body":1}}'))],
  [
    'bytes that are not UTF-8',
    answer(
      (async function* () {
        yield new Uint8Array([0x22, 0xff, 0x22]);
      })(),
    ),
  ],
])('names no part of %s in its error', async (_name, response) => {
  const failure = await readJson(response, schema).catch((error: unknown) => error);
  expect(failure).toMatchObject({ kind: 'malformed' });
  expect(String(failure)).not.toContain('canary-body');
});

test('text that no database holds becomes text that one does', async () => {
  const response = answer(bytes('{"name":"a\\u0000b\\ud83dc\\ud83d\\ude00"}'));
  await expect(readJson(response, schema)).resolves.toEqual({ name: 'a\ufffdb\ufffdc😀' });
});

test('a prototype in JSON stays data', async () => {
  const value = await readJson(answer(bytes('{"name":"x","__proto__":{"polluted":1}}')), schema);
  expect(value).toEqual({ name: 'x' });
  expect(Object.prototype).not.toHaveProperty('polluted');
});

test('destroys the stream of a body that nobody wants', async () => {
  const stream = Readable.from([Buffer.from('a'), Buffer.from('b'), Buffer.from('c')]);
  await discard(answer(stream));
  expect(stream.destroyed).toBe(true);
});

test('discards a body whose stream has failed without complaint', async () => {
  const stream = new Readable({ read: () => stream.destroy(new Error('reset')) });
  await expect(discard(answer(stream))).resolves.toBeUndefined();
});
