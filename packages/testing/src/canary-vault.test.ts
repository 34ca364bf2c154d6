import { expect, test } from 'vitest';
import { CanaryVault } from './canary-vault.ts';

test.each([
  ['raw', (secret: string) => `GET /?s=${secret}`],
  ['base64', (secret: string) => Buffer.from(secret).toString('base64')],
  ['base64 inside a Basic header', (secret: string) => Buffer.from(`key:${secret}`).toString('base64')],
  ['base64 with something behind it', (secret: string) => Buffer.from(`${secret}:x`).toString('base64')],
  ['base64url', (secret: string) => Buffer.from(`~~${secret}~~`).toString('base64url')],
  ['hex', (secret: string) => Buffer.from(secret).toString('hex').toUpperCase()],
  ['URL-encoded', (secret: string) => encodeURIComponent(secret).toLowerCase()],
])('finds a secret in the form %s', (_form, write) => {
  const vault = new CanaryVault();
  const planted = vault.plant('client-secret');
  const odd = vault.register('token', 'canary-token+/=? a~ü');
  expect(vault.find(`before ${write(planted)} after`)).not.toEqual([]);
  expect(vault.find(write(odd).toString())).not.toEqual([]);
});

test('finds nothing in a text without the secret', () => {
  const vault = new CanaryVault();
  vault.plant('client-secret');
  expect(vault.find('canary-client-secret-0000 and Y2FuYXJ5')).toEqual([]);
});

test('says which secret it found', () => {
  const vault = new CanaryVault();
  vault.plant('one');
  const two = vault.plant('two');
  expect(vault.find(`x${two}y`)).toEqual(['two (raw)']);
});
