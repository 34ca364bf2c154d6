import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { rootCertificates, type TlsOptions } from 'node:tls';
import { selfSignedCertificate } from '@lockkeeper/testing';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createOriginPolicy } from '../src/outbound/origin-policy.ts';
import { createOutboundFetch } from '../src/outbound/outbound-fetch.ts';

let server: Server;
let port: number;
let seen: string[];

beforeEach(async () => {
  seen = [];
  server = createServer((request, response) => {
    seen.push(`${request.headers.host}${request.url}`);
    if (request.url === '/redirect') response.writeHead(307, { location: `http://127.0.0.1:${port}/target` });
    response.end('answered');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  port = address.port;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const post = () => ({
  method: 'POST',
  headers: { 'content-type': 'text/plain' },
  body: 'canary-client-secret-outbound',
  redirect: 'manual' as const,
  signal: AbortSignal.timeout(5000),
});

async function causeOf(attempt: Promise<unknown>): Promise<unknown> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof Error ? error.cause : undefined;
}

/** A name service that says what it is told to, as an attacker's would. */
const namesAre = (addresses: string[]) => async () =>
  addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

describe('SS-01, SS-02: the address is judged when the connection is made', () => {
  test.each([
    ...['127.0.0.1', '169.254.169.254', '::1', '::ffff:127.0.0.1', '10.1.2.3', '64:ff9b::7f00:1'],
    ...['100.64.0.1', 'fc00::1', '0.0.0.0', '192.168.0.1', 'fe80::1', '224.0.0.1', '2002:7f00:1::'],
  ])('a public name that points to %s is refused', async (address) => {
    const outbound = createOutboundFetch({ policy: createOriginPolicy([]), resolve: namesAre([address]) });
    const cause = await causeOf(outbound.fetch('https://provider.example/token', post()));
    expect(cause).toMatchObject({ code: 'ERR_ADDRESS_BLOCKED' });
    await outbound.close();
  });

  test('a literal address is refused before anything is sent', async () => {
    const outbound = createOutboundFetch({ policy: createOriginPolicy([]) });
    for (const url of [
      `http://127.0.0.1:${port}/x`,
      `https://127.0.0.1/x`,
      'https://[::1]/x',
      'https://0x7f000001/',
    ]) {
      expect(await causeOf(outbound.fetch(url, post()))).toMatchObject({ code: 'ERR_ADDRESS_BLOCKED' });
    }
    expect(seen).toEqual([]);
    await outbound.close();
  });
});

test('SS-02: a name that was public when it was looked at, and is 127.0.0.1 a moment later, is not called', async () => {
  // Nothing is sent to the public one: the connection is given up at once.
  const answers = [['1.1.1.1'], ['127.0.0.1'], ['127.0.0.1', '10.0.0.1']];
  const asked: string[][] = [];
  const outbound = createOutboundFetch({
    policy: createOriginPolicy([]),
    connectTimeoutMs: 50,
    resolve: async () => {
      const now = answers[asked.length] ?? ['127.0.0.1'];
      asked.push(now);
      return now.map((address) => ({ address, family: 4 }));
    },
  });
  const url = 'https://flips.example/token';
  expect(createOriginPolicy([]).refusal(url)).toBeUndefined();
  expect(await causeOf(outbound.fetch(url, post()))).not.toMatchObject({ code: 'ERR_ADDRESS_BLOCKED' });
  for (let call = 0; call < 2; call++) {
    expect(await causeOf(outbound.fetch(url, post()))).toMatchObject({ code: 'ERR_ADDRESS_BLOCKED' });
  }
  // Asked anew for each connection: what was found before is not believed.
  expect(asked).toEqual(answers);
  await outbound.close();
});

test('SS-03: a redirect is handed back, not followed', async () => {
  const outbound = createOutboundFetch({ policy: createOriginPolicy([`http://127.0.0.1:${port}`]) });
  const response = await outbound.fetch(`http://127.0.0.1:${port}/redirect`, post());
  expect(response.status).toBe(307);
  expect(seen).toEqual([`127.0.0.1:${port}/redirect`]);
  await outbound.close();
});

test('SS-04: a proxy of the environment is not used', async () => {
  const before = { ...process.env };
  Object.assign(process.env, {
    HTTP_PROXY: `http://127.0.0.1:${port}`,
    HTTPS_PROXY: `http://127.0.0.1:${port}`,
    http_proxy: `http://127.0.0.1:${port}`,
    NODE_USE_ENV_PROXY: '1',
  });
  const other = createServer((_request, response) => response.end('direct'));
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
  const address = other.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const origin = `http://127.0.0.1:${address.port}`;
  const outbound = createOutboundFetch({ policy: createOriginPolicy([origin]) });
  const response = await outbound.fetch(`${origin}/token`, post());
  expect(await response.text()).toBe('direct');
  expect(seen).toEqual([]);
  process.env = before;
  await outbound.close();
  other.closeAllConnections();
  other.close();
});

describe('SS-05: whose certificates are trusted', () => {
  /** @returns what fetching from a server of this kind ends with: its answer, or the code of the error */
  async function outcomeOf(tls: TlsOptions, ca: string | undefined): Promise<string> {
    const provider = createTlsServer(tls, (_request, response) => response.end('answered'));
    await new Promise<void>((done) => provider.listen(0, '127.0.0.1', done));
    onTestFinished(() => {
      provider.closeAllConnections();
      provider.close();
    });
    const address = provider.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const origin = `https://127.0.0.1:${address.port}`;
    const outbound = createOutboundFetch({
      policy: createOriginPolicy([origin]),
      ca: ca === undefined ? undefined : [...rootCertificates, ca],
    });
    onTestFinished(() => outbound.close());
    try {
      return await (await outbound.fetch(`${origin}/token`, post())).text();
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      return cause instanceof Error && 'code' in cause ? String(cause.code) : String(error);
    }
  }

  test('a certificate of an authority of ones own only when that is configured', async () => {
    const own = selfSignedCertificate();
    expect(await outcomeOf(own, undefined)).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(await outcomeOf(own, selfSignedCertificate().cert)).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(await outcomeOf(own, own.cert)).toBe('answered');
  });

  test('none that has expired, or names another host, even of that authority', async () => {
    const expired = selfSignedCertificate({ hasExpired: true });
    expect(await outcomeOf(expired, expired.cert)).toBe('CERT_HAS_EXPIRED');
    const other = selfSignedCertificate({ isForOtherHost: true });
    expect(await outcomeOf(other, other.cert)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  test('nobody who speaks TLS 1.1 at most', async () => {
    const own = selfSignedCertificate();
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    expect(await outcomeOf({ ...own, ...old }, own.cert)).toMatch(/PROTOCOL/);
    expect(await outcomeOf({ ...own, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' }, own.cert)).toBe(
      'answered',
    );
  });
});
