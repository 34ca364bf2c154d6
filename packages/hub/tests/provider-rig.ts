import { createSandbox, createVisitor } from '@lockkeeper/bitbucket-sandbox';
import {
  type AuthorizationServer,
  type AuthorizationServerOptions,
  setUpFirstAdmin,
  startAuthorizationServer,
  type TestCertificate,
  type TestClient,
  type TestHub,
  type TestHubOptions,
  type TokenFault,
  useTestHub,
} from '@lockkeeper/testing';
import { expect, onTestFinished } from 'vitest';

export const redirectUrl = 'https://lockkeeper.test/oauth_redirect.do';

/** An authorization server in a test, whichever it is. */
export interface TestProvider {
  readonly origin: string;
  /** What an admin types into the form. */
  readonly registry: Record<string, unknown> & { clientSecret: string };
  /** What has to be asked for; empty where the provider decides. */
  readonly scopes: readonly string[];
  decide(authorizationUrl: string, decision: 'grant' | 'cancel'): Promise<string>;
  /** How many requests the token endpoint has had. */
  tokenRequests(): number;
  failNextTokenRequest(fault: TokenFault, times?: number): void;
  /** What a dead refresh token is answered with. */
  readonly deadRefreshToken: TokenFault;
}

export interface ProviderKind {
  readonly name: string;
  readonly start: (now?: () => Date) => Promise<TestProvider>;
}

export const sandboxScopes = ['account', 'project', 'webhook', 'pullrequest'];

export async function startSandboxProvider(now?: () => Date) {
  const sandbox = await createSandbox(now ? { clock: now } : {});
  const origin = await sandbox.listen();
  onTestFinished(() => sandbox.close());
  const visitor = createVisitor(origin);
  await visitor.signIn(sandbox.users[0]?.nickname ?? '');
  const consumer = await visitor.addConsumer(sandbox.workspaces[0]?.slug ?? '', {
    name: 'Lockkeeper',
    callback_url: redirectUrl,
    scope: sandboxScopes,
  });
  const provider: TestProvider = {
    origin,
    registry: {
      name: 'My Bitbucket App Provider',
      clientId: consumer.key,
      clientSecret: consumer.secret,
      authorizationUrl: `${origin}/site/oauth2/authorize`,
      tokenUrl: `${origin}/site/oauth2/access_token`,
    },
    scopes: [],
    decide: visitor.decide,
    tokenRequests: () =>
      sandbox.inspection
        .requests()
        .filter(({ method, url }) => method === 'POST' && url === '/site/oauth2/access_token').length,
    failNextTokenRequest: (fault, times = 1) =>
      sandbox.failNext({ path: '/site/oauth2/access_token', method: 'POST', times, ...fault }),
    deadRefreshToken: {
      status: 400,
      body: { error: 'unauthorized_client', error_description: 'Invalid OAuth client credentials' },
    },
  };
  return { ...provider, sandbox, consumer };
}

export const startCertifiedProvider = () => startCertifiedServer();

/** The same over https; the hub has to be told to trust the certificate. */
export const startTlsProvider = (tls: TestCertificate) => startCertifiedServer({ tls });

/** The same with its own view of what was sent. */
export async function startCertifiedServer(
  options: Partial<AuthorizationServerOptions> = {},
): Promise<TestProvider & { server: AuthorizationServer; faults: AuthorizationServer['faults'] }> {
  const server = await startAuthorizationServer({ redirectUris: [redirectUrl], ...options });
  onTestFinished(() => server.close());
  const provider: TestProvider = {
    origin: server.origin,
    registry: {
      name: 'Certified',
      clientId: server.clientId,
      clientSecret: server.clientSecret,
      authorizationUrl: `${server.origin}/auth`,
      tokenUrl: `${server.origin}/token`,
      tokenRevocationUrl: `${server.origin}/token/revocation`,
      issuer: server.origin,
    },
    scopes: ['repo:read'],
    decide: server.decide,
    tokenRequests: () => server.faults.requests,
    failNextTokenRequest: (fault, times) => server.faults.failNext(fault, times),
    deadRefreshToken: { status: 400, body: { error: 'invalid_grant' } },
  };
  return { ...provider, server, faults: server.faults };
}

export const providerKinds: ProviderKind[] = [
  { name: 'the Bitbucket sandbox', start: startSandboxProvider },
  { name: 'the certified oidc-provider', start: () => startCertifiedProvider() },
];

export interface Rig {
  testHub: TestHub;
  admin: TestClient;
  provider: TestProvider;
  registryId: string;
  credentialId: string;
}

/** A hub with an admin, a registry at the provider and a credential without a token. */
export async function useRig(provider: TestProvider, options: TestHubOptions = {}): Promise<Rig> {
  const testHub = await useTestHub({ allowOrigins: [provider.origin], ...options });
  const admin = await setUpFirstAdmin(testHub);
  const registry = await admin.post('/api/v1/application-registries', provider.registry);
  expect([registry.status, registry.text]).toEqual([201, expect.anything()]);
  const profiles = await admin.get(`/api/v1/oauth-entity-profiles?applicationRegistryId=${registry.json.id}`);
  const profileId = profiles.json.items[0].id;
  const scopeIds: string[] = [];
  for (const scope of provider.scopes) {
    const body = { name: scope, scope, applicationRegistryId: registry.json.id };
    scopeIds.push((await admin.post('/api/v1/oauth-entity-scopes', body)).json.id);
  }
  await admin.patch(`/api/v1/oauth-entity-profiles/${profileId}`, { scopeIds });
  const credential = await admin.post('/api/v1/credentials', {
    name: 'Platform',
    profileId,
  });
  expect([credential.status, credential.text]).toEqual([201, expect.anything()]);
  return { testHub, admin, provider, registryId: registry.json.id, credentialId: credential.json.id };
}

/** Get OAuth Token up to the provider's answer. @returns the path and query of the callback */
export async function beginAndDecide(
  { admin, provider, credentialId }: Rig,
  decision: 'grant' | 'cancel' = 'grant',
): Promise<string> {
  const started = await admin.post(`/api/v1/credentials/${credentialId}/authorization`);
  expect([started.status, started.text]).toEqual([201, expect.anything()]);
  const location = new URL(await provider.decide(started.json.authorizationUrl, decision));
  expect(location.origin).toBe('https://lockkeeper.test');
  return `${location.pathname}${location.search}`;
}

/** Opens the callback as a browser does, and follows it to the page. */
export async function openCallback(browser: TestClient, pathAndQuery: string) {
  const redirect = await browser.get(pathAndQuery);
  const page = await browser.get(redirect.headers.get('location') ?? '/missing');
  return { redirect, page };
}

/** The whole of Get OAuth Token. */
export async function getOAuthToken(rig: Rig): Promise<void> {
  const { page } = await openCallback(rig.admin, await beginAndDecide(rig));
  expect([page.status, page.text]).toEqual([
    200,
    expect.stringContaining('OAuth token flow completed successfully'),
  ]);
}

export async function tokenOf({ admin, credentialId }: Rig) {
  return (await admin.get(`/api/v1/credentials/${credentialId}/token`)).json;
}
