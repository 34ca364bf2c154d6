import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Secret } from './secret.ts';

test('a secret never prints, whichever way it is turned into text', () => {
  const secret = new Secret('canary-secret-printing');
  const nested = { token: secret, list: [secret] };
  const texts = [
    `${secret}`,
    String(secret),
    JSON.stringify(nested),
    inspect(nested, { depth: 9, showHidden: true }),
    JSON.stringify(Object.entries(secret)),
    JSON.stringify({ ...secret }),
  ];
  expect(texts.join('\n')).not.toContain('canary-secret');
  expect(JSON.stringify(nested)).toBe('{"token":"[secret]","list":["[secret]"]}');
  expect(secret.reveal()).toBe('canary-secret-printing');
});
