import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { buildAuthorizationUrl, createAuthorizationSecrets } from './authorization-request.ts';

const parts = {
  authorizationUrl: 'https://as.example/authorize?tenant=a',
  extras: { parameters: [], resources: [] },
  clientId: 'key:%+é',
  redirectUri: 'https://instance.example/oauth_redirect.do',
  scopes: [],
  scopeSeparator: ' ',
};

test('OA-08: 1,000 flows have 1,000 states and 1,000 verifiers, each sent as its S256 challenge', () => {
  const states = new Set<string>();
  const verifiers = new Set<string>();
  for (let flow = 0; flow < 1000; flow++) {
    const secrets = createAuthorizationSecrets(randomBytes, 'S256');
    const url = new URL(buildAuthorizationUrl({ ...parts, secrets }));
    const verifier = secrets.codeVerifier ?? '';
    expect(verifier).toMatch(/^[A-Za-z0-9_-]{43,128}$/);
    expect(url.searchParams.get('code_challenge')).toBe(
      createHash('sha256').update(verifier).digest('base64url'),
    );
    expect(url.searchParams.get('code_challenge_method')).toBe('S256');
    expect(url.href).not.toContain(verifier);
    states.add(secrets.state);
    verifiers.add(verifier);
  }
  expect(states.size).toBe(1000);
  expect(verifiers.size).toBe(1000);
});

test('the URL keeps its own parameters, and sends no scope where none is asked for', () => {
  const url = new URL(buildAuthorizationUrl({ ...parts, secrets: { state: 's', codeVerifier: undefined } }));
  expect(Object.fromEntries(url.searchParams)).toEqual({
    tenant: 'a',
    response_type: 'code',
    client_id: 'key:%+é',
    redirect_uri: 'https://instance.example/oauth_redirect.do',
    state: 's',
  });
});

test('scopes are joined with the separator of the provider', () => {
  const secrets = { state: 's', codeVerifier: undefined };
  const url = new URL(buildAuthorizationUrl({ ...parts, secrets, scopes: ['a', 'b'] }));
  expect(url.searchParams.get('scope')).toBe('a b');
});
