import { describe, expect, test } from 'vitest';
import { createOriginPolicy } from './origin-policy.ts';
import { isPublicAddress } from './public-address.ts';

const policy = createOriginPolicy(['http://127.0.0.1:7990', 'https://scm.corp.example:8443']);

describe('SS-01: addresses that are not of the public internet are refused at save', () => {
  test.each([
    'https://169.254.169.254/token',
    'https://2852039166/token',
    'https://0xa9fea9fe/token',
    'https://0251.0376.0251.0376/token',
    'https://[::ffff:169.254.169.254]/token',
    'https://[64:ff9b::a9fe:a9fe]/token',
    'https://[2002:7f00:1::]/token',
    'https://[::1]/token',
    'https://[::]/token',
    'https://[fc00::1]/token',
    'https://[fd12:3456::1]/token',
    'https://[fe80::1]/token',
    'https://127.1/token',
    'https://10.0.0.1/token',
    'https://192.168.1.1/token',
    'https://172.16.0.1/token',
    'https://100.64.0.1/token',
    'https://0.0.0.0/token',
    'https://0/token',
    'https://255.255.255.255/token',
    'https://224.0.0.1/token',
    'https://localhost/token',
    'https://localhost./token',
    'https://api.localhost/token',
    'https://metadata.google.internal/token',
    'https://intranet/token',
    'https://bitbucket.org./token',
    'https://user@bitbucket.org/token',
    'https://user:password@bitbucket.org/token',
    'https://bitbucket.org/token#fragment',
  ])('%s', (url) => {
    expect(policy.refusal(url)).toMatch(/^must /);
  });

  test('a public address is accepted', () => {
    expect(policy.refusal('https://bitbucket.org/site/oauth2/access_token')).toBeUndefined();
    expect(policy.refusal('https://1.1.1.1/token')).toBeUndefined();
    expect(isPublicAddress('2606:4700:4700::1111')).toBe(true);
    expect(isPublicAddress('nonsense')).toBe(false);
  });
});

describe('SS-04: only https on its own port', () => {
  test.each([
    ['http://bitbucket.org/token', 'https://'],
    ['ftp://bitbucket.org/token', 'https://'],
    ['javascript:alert(1)', 'https://'],
    ['file:///etc/passwd', 'https://'],
    ['https://bitbucket.org:8443/token', 'port 443'],
    ['not an address', 'full address'],
  ])('%s', (url, reason) => {
    expect(policy.refusal(url)).toContain(reason);
  });

  test('except for an origin of the allow-list, compared exactly', () => {
    expect(policy.refusal('http://127.0.0.1:7990/site/oauth2/access_token')).toBeUndefined();
    expect(policy.refusal('https://scm.corp.example:8443/token')).toBeUndefined();
    expect(policy.refusal('http://127.0.0.1:7991/')).toBeDefined();
    expect(policy.refusal('https://127.0.0.1:7990/')).toBeDefined();
    expect(policy.refusal('http://user@127.0.0.1:7990/')).toBeDefined();
    expect(policy.refusal('https://scm.corp.example.evil.example:8443/')).toBeDefined();
  });
});
