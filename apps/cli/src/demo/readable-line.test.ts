import { expect, test } from 'vitest';
import { readableLine } from './readable-line.ts';

test.each([
  ['plain text', 'plain text'],
  [
    '{"level":"info","time":"…","msg":"instance is ready","url":"http://localhost"}',
    'instance is ready  url=http://localhost',
  ],
  ['{"level":40,"msg":"connection lost"}', 'warn: connection lost'],
  ['{"level":"error","msg":"failed","err":{"message":"no disk","stack":"at …"}}', 'error: failed  no disk'],
  ['{"level":"info","msg":"answered","status":500,"path":"/x"}', 'answered  status=500  path=/x'],
  ['{"not":"a log line"}', '{"not":"a log line"}'],
])('%s becomes %s', (line, text) => {
  expect(readableLine(line)).toBe(text);
});

test('the many answers that went well are not shown', () => {
  expect(readableLine('{"level":"info","msg":"answered","status":200,"path":"/"}')).toBeUndefined();
});
