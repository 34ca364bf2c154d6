import { expect, test } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

test('without any variable there is one instance for this machine alone', () => {
  expect(readConfig({}, '/somewhere')).toEqual({
    publicUrl: new URL('http://localhost:7400'),
    instanceName: 'Lockkeeper',
    host: '127.0.0.1',
    port: 7400,
    dataFolder: '/somewhere/.lockkeeper',
    databaseUrl: undefined,
    masterKey: undefined,
    previousMasterKeys: undefined,
    allowOrigins: [],
    trustedProxies: [],
    tls: undefined,
    logLevel: 'info',
  });
});

test('an empty variable counts as one that is not set', () => {
  expect(readConfig({ LOCKKEEPER_PORT: '', DATABASE_URL: ' ' }, '/')).toMatchObject({ port: 7400 });
});

test('with a certificate the local address is https', () => {
  const variables = { LOCKKEEPER_TLS_CERT: 'cert.pem', LOCKKEEPER_TLS_KEY: '/keys/key.pem' };
  expect(readConfig(variables, '/here')).toMatchObject({
    publicUrl: new URL('https://localhost:7400'),
    tls: { certFile: '/here/cert.pem', keyFile: '/keys/key.pem' },
  });
});

test('lists are separated by commas', () => {
  const variables = {
    LOCKKEEPER_ALLOW_ORIGINS: 'http://127.0.0.1:7401, https://bitbucket.example.com',
    LOCKKEEPER_TRUSTED_PROXIES: '10.0.0.0/8,::1',
  };
  expect(readConfig(variables, '/')).toMatchObject({
    allowOrigins: ['http://127.0.0.1:7401', 'https://bitbucket.example.com'],
    trustedProxies: ['10.0.0.0/8', '::1'],
  });
});

test.each([
  ['LOCKKEEPER_PORT', 'seven'],
  ['LOCKKEEPER_PORT', '65536'],
  ['LOCKKEEPER_PORT', '-1'],
  ['LOCKKEEPER_PUBLIC_URL', 'lockkeeper.example.com'],
  ['LOCKKEEPER_PUBLIC_URL', 'http://lockkeeper.example.com'],
  ['LOCKKEEPER_PUBLIC_URL', 'http://127.evil.example.com'],
  ['LOCKKEEPER_PUBLIC_URL', 'https://lockkeeper.example.com/app'],
  ['LOCKKEEPER_PUBLIC_URL', 'https://ada@lockkeeper.example.com'],
  ['LOCKKEEPER_ALLOW_ORIGINS', 'http://127.0.0.1:7401/'],
  ['LOCKKEEPER_ALLOW_ORIGINS', '*'],
  ['LOCKKEEPER_TRUSTED_PROXIES', 'my-proxy'],
  ['LOCKKEEPER_TRUSTED_PROXIES', '10.0.0.0/33'],
  ['LOCKKEEPER_LOG_LEVEL', 'loud'],
  ['LOCKKEEPER_TLS_KEY', 'alone.pem'],
  ['LOCKKEEPER_TLS_CERT', 'alone.pem'],
  ['DATABASE_URL', 'mysql://localhost/x'],
])('%s=%s is refused in a line that names it', (name, value) => {
  const lines = problemsOf({ [name]: value });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(name);
  expect(lines[0]).toMatch(/ must /);
});

test('several problems are told at once', () => {
  expect(problemsOf({ LOCKKEEPER_PORT: 'x', LOCKKEEPER_LOG_LEVEL: 'y' })).toHaveLength(2);
});

test('a problem with the address of the database does not print its password', () => {
  expect(problemsOf({ DATABASE_URL: 'postgres:canary-password' }).join()).not.toContain('canary');
});

function problemsOf(variables: Record<string, string>): readonly string[] {
  try {
    readConfig(variables, '/');
  } catch (error) {
    if (error instanceof ConfigError) return error.lines;
    throw error;
  }
  return [];
}

const sso = {
  LOCKKEEPER_SSO_ISSUER: 'https://login.example.com',
  LOCKKEEPER_SSO_CLIENT_ID: 'lockkeeper',
  LOCKKEEPER_SSO_CLIENT_SECRET: 'canary-client-secret-sso',
  LOCKKEEPER_SSO_ROLES: 'cn=admins=admin',
};

test('reads single sign-on, and keeps its secret out of what is printed', () => {
  const { singleSignOn } = readConfig({ ...sso, LOCKKEEPER_SSO_EMAIL_DOMAINS: 'Example.com' }, '/');
  expect(singleSignOn).toMatchObject({
    clientId: 'lockkeeper',
    emailDomains: ['example.com'],
    localSignIn: true,
  });
  expect(singleSignOn?.roles).toEqual(new Map([['cn=admins', 'admin']]));
  expect(JSON.stringify(singleSignOn)).not.toContain('canary');
  expect(readConfig({}, '/').singleSignOn).toBeUndefined();
});

test('names what single sign-on lacks, and a role that is none', () => {
  const { LOCKKEEPER_SSO_CLIENT_SECRET: _, ...partial } = sso;
  expect(() => readConfig(partial, '/')).toThrow('LOCKKEEPER_SSO_CLIENT_SECRET must be set too');
  expect(() => readConfig({ ...sso, LOCKKEEPER_SSO_ROLES: 'a=boss' }, '/')).toThrow('must be pairs such as');
});
