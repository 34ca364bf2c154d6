import { describe, expect, test } from 'vitest';
import { callbackState, judgeCallback } from './callback.ts';
import { OAuthError } from './oauth-error.ts';
import { bitbucketCloud } from './providers/bitbucket-cloud.ts';

const endpoints = {
  authorizationUrl: 'https://as.example/authorize',
  tokenUrl: 'https://as.example/token',
  tokenRevocationUrl: null,
  issuer: null,
  isIssuerPromised: true,
};
const withIssuer = { ...endpoints, issuer: 'https://as.example' };

function refusalOf(query: string, as: Parameters<typeof judgeCallback>[1] = endpoints): OAuthError {
  try {
    judgeCallback(new URLSearchParams(query), as, bitbucketCloud);
  } catch (error) {
    if (error instanceof OAuthError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

test('a code is taken from an ordinary answer', () => {
  expect(judgeCallback(new URLSearchParams('code=abc&state=s'), endpoints, bitbucketCloud)).toEqual({
    code: 'abc',
  });
});

test('OA-01: a state that is missing, doubled or of absurd length is none', () => {
  expect(callbackState(new URLSearchParams('code=a'))).toBeUndefined();
  expect(callbackState(new URLSearchParams('state='))).toBeUndefined();
  expect(callbackState(new URLSearchParams('state=a&state=a'))).toBeUndefined();
  expect(callbackState(new URLSearchParams({ state: 'x'.repeat(5000) }))).toBeUndefined();
  expect(callbackState(new URLSearchParams('state=abc'))).toBe('abc');
});

describe('OA-07: the issuer', () => {
  test.each([
    ['wrong', 'code=a&iss=https://evil.example', 'issuer_mismatch'],
    ['wrong only by a slash', 'code=a&iss=https://as.example/', 'issuer_mismatch'],
    ['doubled', 'code=a&iss=https://as.example&iss=https://as.example', 'callback_duplicate_parameter'],
    ['absent though promised', 'code=a', 'issuer_missing'],
  ])('%s', (_name, query, code) => {
    expect(refusalOf(query, withIssuer).code).toBe(code);
  });

  test('is compared by origin where the registry names none', () => {
    expect(refusalOf('code=a&iss=https://evil.example').code).toBe('issuer_mismatch');
    expect(refusalOf('code=a&iss=nonsense').code).toBe('issuer_mismatch');
    expect(
      judgeCallback(new URLSearchParams('code=a&iss=https://as.example/t'), endpoints, bitbucketCloud).code,
    ).toBe('a');
  });

  test('is accepted when it is the right one', () => {
    expect(
      judgeCallback(new URLSearchParams('code=a&iss=https://as.example'), withIssuer, bitbucketCloud).code,
    ).toBe('a');
  });
});

describe('OA-13: parameters that contradict each other', () => {
  test.each([
    ['two codes', 'code=a&code=b', 'callback_duplicate_parameter'],
    ['two errors', 'error=a&error=a', 'callback_duplicate_parameter'],
    ['two states', 'code=a&state=1&state=1', 'callback_duplicate_parameter'],
    ['code and error', 'code=a&error=access_denied', 'callback_code_and_error'],
    ['neither', 'state=1', 'callback_code_missing'],
    ['an empty code', 'code=', 'callback_code_missing'],
  ])('%s', (_name, query, code) => {
    expect(refusalOf(query).code).toBe(code);
  });
});

test('OA-10: an access token in the callback is ignored', () => {
  expect(
    judgeCallback(
      new URLSearchParams('code=a&access_token=stolen&token=x&id_token=y'),
      endpoints,
      bitbucketCloud,
    ),
  ).toEqual({
    code: 'a',
  });
  expect(refusalOf('access_token=stolen').code).toBe('callback_code_missing');
});

test('OA-12: the text of an error is cut to one harmless line', () => {
  const huge = `<script>alert(1)</script>\r\n\u202e\u0000${'<b>x</b>'.repeat(125_000)}`;
  const error = refusalOf(
    new URLSearchParams({
      error: 'access_denied',
      error_description: huge,
      error_uri: 'https://evil.example',
    }).toString(),
  );
  expect(error.code).toBe('consent_declined');
  expect(error.providerDescription?.length).toBeLessThanOrEqual(201);
  expect(error.providerDescription).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(JSON.stringify(error)).not.toContain('evil.example');
});

test('a private consumer is told from other refusals', () => {
  const description = 'This is a private consumer: only members can grant it access.';
  const query = new URLSearchParams({ error: 'unauthorized_client', error_description: description });
  expect(refusalOf(query.toString()).code).toBe('application_private');
  expect(refusalOf('error=server_error').code).toBe('authorization_refused');
});
