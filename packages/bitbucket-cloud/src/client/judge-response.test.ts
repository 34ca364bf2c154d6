import type { ToolResponse } from '@lockkeeper/tool';
import { ToolError } from '@lockkeeper/tool';
import { expect, test } from 'vitest';
import { explainForbidden } from '../explain-forbidden.ts';
import { judgeResponse } from './judge-response.ts';

const now = new Date('2026-11-23T12:00:00Z');

function answer(status: number, body = '', headers: Record<string, string> = {}): ToolResponse {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(body);
  }
  return { status, headers: new Headers({ 'content-type': 'application/json', ...headers }), body: chunks() };
}

async function judged(response: ToolResponse): Promise<ToolError> {
  const failure = await judgeResponse(response, now).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (failure instanceof ToolError) return failure;
  throw new Error('was expected to be refused');
}

test('lets success pass', async () => {
  await expect(judgeResponse(answer(204), now)).resolves.toBeUndefined();
});

test.each([
  [401, 'unauthorized', false],
  [404, 'not_found', false],
  [410, 'removed', false],
  [302, 'malformed', false],
  [400, 'malformed', false],
  [500, 'unreachable', true],
  [503, 'unreachable', true],
])('reads %i as %s', async (status, kind, transient) => {
  expect(await judged(answer(status))).toMatchObject({ kind, status, transient });
});

test('reads the wait of a 429', async () => {
  expect(await judged(answer(429, '', { 'x-ratelimit-reset': '60' }))).toMatchObject({
    kind: 'throttled',
    retryAt: new Date('2026-11-23T12:01:00Z'),
  });
});

test.each([
  [
    'account',
    'Account was not granted. Tick **Account: Read** on the consumer in Bitbucket, then **Get OAuth Token** again.',
  ],
  [
    'project',
    'Projects was not granted. Tick **Projects: Read** on the consumer in Bitbucket, then **Get OAuth Token** again.',
  ],
  [
    'repository',
    'Projects was not granted. Tick **Projects: Read** on the consumer in Bitbucket, then **Get OAuth Token** again.',
  ],
  [
    'pullrequest',
    'Pull requests was not granted. Tick **Pull requests: Read** on the consumer in Bitbucket, then **Get OAuth Token** again.',
  ],
  [
    'webhook',
    'Webhooks was not granted. Tick **Webhooks: Read and write** on the consumer in Bitbucket, then **Get OAuth Token** again.',
  ],
])('names the box to tick when %s is missing', async (scope, message) => {
  const refused = await judged(
    answer(403, '', { 'x-oauth-scopes': 'email', 'x-accepted-oauth-scopes': scope }),
  );
  expect(explainForbidden(refused)).toMatchObject({ kind: 'forbidden', missingScope: scope, message });
});

test('does not call a scope missing that another one contains', async () => {
  const refused = await judged(
    answer(403, '{"type":"error","error":{"message":"Access denied."}}', {
      'x-oauth-scopes': 'pullrequest:write',
      'x-accepted-oauth-scopes': 'repository',
    }),
  );
  expect(refused.missingScope).toBeUndefined();
  expect(refused.message).toBe('Bitbucket does not allow this: Access denied.');
});

test('drops an HTML page unread, because it holds data of the user', async () => {
  const refused = await judged(answer(404, '<p>canary-user', { 'content-type': 'text/html' }));
  expect(`${refused.message} ${refused.stack} ${JSON.stringify(refused)}`).not.toContain('canary-user');
});

test('keeps what Bitbucket says to one bounded line', async () => {
  const message = `Invalid\r\npagelen\u001b[31m ${'x'.repeat(1000)}`;
  const refused = await judged(answer(400, JSON.stringify({ type: 'error', error: { message } })));
  expect(refused.message).toMatch(/^Bitbucket refused the request \(400\): Invalid pagelen \[31m x+\.$/);
  expect(refused.message.length).toBeLessThan(260);
});
