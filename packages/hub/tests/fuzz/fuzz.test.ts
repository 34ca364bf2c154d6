import { createServer } from 'node:http';
import { CanaryVault } from '@lockkeeper/testing';
import { expect, it, onTestFinished } from 'vitest';
import { fuzz } from './fuzz.ts';
import { KnownValues } from './known-values.ts';

const text = { type: 'string' };
const limit = {
  name: 'limit',
  in: 'query',
  required: true,
  schema: { type: 'integer', minimum: 1, maximum: 9 },
};
const answers = {
  '200': {
    description: 'OK',
    content: {
      'application/json': { schema: { type: 'object', properties: { id: text }, required: ['id'] } },
    },
  },
  '400': {
    description: 'Bad',
    content: { 'application/problem+json': { schema: { type: 'object', required: ['code'] } } },
  },
};
const get = { get: { parameters: [limit], responses: answers } };
const post = {
  post: {
    requestBody: {
      content: {
        'application/json': { schema: { type: 'object', properties: { name: text }, required: ['name'] } },
      },
    },
    responses: answers,
  },
};

/** An API with one fault on each path but the first, and its description. */
async function useFaultyApi(canaries: CanaryVault) {
  const secret = canaries.plant('secret');
  const json = { 'content-type': 'application/json' };
  const faults: Record<
    string,
    (query: URLSearchParams, body: string) => [number, Record<string, string>, string]
  > = {
    '/fine': () => [200, json, '{"id":"x"}'],
    '/breaks': (query) => (Number(query.get('limit')) > 4 ? [500, json, '{}'] : [200, json, '{"id":"x"}']),
    '/breaks-on-a-body': (_query, body) =>
      !body.includes('"name":"') ? [500, json, '{}'] : [200, json, '{"id":"x"}'],
    '/odd-status': () => [418, json, '{}'],
    '/odd-body': () => [200, json, '{"id":5}'],
    '/odd-type': () => [400, { 'content-type': 'text/html' }, '<h1>no</h1>'],
    '/leaks': () => [200, json, JSON.stringify({ id: Buffer.from(secret).toString('base64') })],
    '/leaks-in-the-head': () => [200, { ...json, 'x-debug': secret }, '{"id":"x"}'],
  };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    const [status, headers, sent] = faults[pathname]?.(searchParams, body) ?? [404, {}, ''];
    response.writeHead(status, headers).end(sent);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const paths = Object.fromEntries(
    Object.keys(faults).map((path) => [path, path === '/breaks-on-a-body' ? post : get]),
  );
  return { origin: `http://127.0.0.1:${address.port}`, description: { openapi: '3.1.0', paths } };
}

const nobody = { name: 'nobody', headers: async () => ({}), doubt: () => {} };

it('the fuzz finds every kind of fault, names the route and how to see it again, and accuses nobody else', async () => {
  const canaries = new CanaryVault();
  const api = await useFaultyApi(canaries);
  const run = (only = {}) =>
    fuzz({ ...api, askers: [nobody], known: new KnownValues(), canaries, seed: 7, runs: 200, only });
  const { failures } = await run();
  const found = failures.map((failure) => failure.split('\n')[0]?.replace(' as nobody', ''));
  expect(found).toEqual([
    'GET /breaks',
    'GET /odd-status',
    'GET /odd-body',
    'GET /odd-type',
    'GET /leaks',
    'GET /leaks-in-the-head',
    'POST /breaks-on-a-body',
  ]);
  expect(failures[0]).toContain('answers 500');
  expect(failures[1]).toContain('answers 418, which is not described');
  expect(failures[2]).toContain('does not answer as described: data/id must be string');
  expect(failures[3]).toContain('answers 400 as text/html');
  expect(failures[4]).toContain('shows secret (base64)');
  expect(failures[5]).toContain('shows secret (raw)');

  const [, route, as, path] =
    /LOCKKEEPER_FUZZ_ROUTE='([^']+)' LOCKKEEPER_FUZZ_AS='([^']+)' LOCKKEEPER_FUZZ_PATH='([^']+)'/.exec(
      failures[0] ?? '',
    ) ?? [];
  const again = await run({ route, as, path });
  expect(again).toMatchObject({ requests: 1, failures: [expect.stringContaining('GET /breaks as nobody')] });
});
