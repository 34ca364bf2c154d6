import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  setUpFirstAdmin,
  startTestHub,
  type TestClient,
  TestClock,
  type TestHub,
  type TestHubOptions,
} from '@lockkeeper/testing';
import { createVault, parseMasterKeys, Secret } from '@lockkeeper/vault';
import { expect, onTestFinished } from 'vitest';
import { newId } from '../src/db/ids.ts';
import { openKeyRing } from '../src/keys/open-key-ring.ts';
import { tokenPlace } from '../src/tokens/token.ts';

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** Ends the connection instead. */
  hangup?: boolean;
}

/** A provider with a revocation endpoint that knows which tokens it has revoked, and may do anything else first. */
export interface RevokingProvider {
  readonly origin: string;
  /** Tokens that are dead there. */
  readonly revoked: ReadonlySet<string>;
  /** What it was asked to revoke, in order. */
  readonly asked: readonly string[];
  /** The most requests that it had at once. */
  mostAtOnce(): number;
  /** Decides what to do with a token instead of revoking it; undefined revokes it. */
  answer: (token: string, attempt: number) => Answer | undefined;
  /** What the token endpoint answers, when it does. */
  issue: () => Promise<Answer>;
}

export async function startRevokingProvider(): Promise<RevokingProvider & { close(): void }> {
  const revoked = new Set<string>();
  const asked: string[] = [];
  let now = 0;
  let most = 0;
  const provider = {
    origin: '',
    revoked,
    asked,
    mostAtOnce: () => most,
    answer: (() => undefined) as RevokingProvider['answer'],
    issue: (async () => ({ status: 404 })) as RevokingProvider['issue'],
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  const server = createServer(async (request, response) => {
    if (request.url !== '/revoke') {
      const { status, body } = await provider.issue();
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}));
      return;
    }
    most = Math.max(most, ++now);
    await revoke(request, response).finally(() => now--);
  });
  const revoke = async (request: IncomingMessage, response: ServerResponse) => {
    const token = new URLSearchParams(await textOf(request)).get('token') ?? '';
    asked.push(token);
    const answer = provider.answer(token, asked.filter((other) => other === token).length);
    if (answer?.hangup) return void request.socket.destroy();
    if (answer === undefined) revoked.add(token);
    const { status, headers, body } = answer ?? { status: 200 };
    response.writeHead(status, {
      'content-type': 'application/json',
      'x-request-id': `req-${asked.length}`,
      ...headers,
    });
    response.end(JSON.stringify(body ?? {}));
  };
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  provider.origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  return provider;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

export interface RevocationRig {
  testHub: TestHub;
  admin: TestClient;
  provider: RevokingProvider;
  clock: TestClock;
  registryId: string;
  /** Their refresh token is `refresh-<name>`, their access token `access-<name>`. */
  addTokens(
    names: readonly string[],
    to?: { registryId?: string; withRefreshToken?: boolean },
  ): Promise<string[]>;
  addRegistry(values: Record<string, unknown>): Promise<string>;
  /** Works the queue off, one round. */
  runDue(): Promise<void>;
  reportOf(revocationId: string, query?: string): Promise<ReportRow[]>;
  close(): Promise<void>;
}

export interface ReportRow {
  provider: string;
  attempts: number;
  explanation: string;
  remedy: string[];
  answer: { status: number; error: string; errorDescription: string; requestId: string } | null;
  repeatableUntil: string | null;
  credential: { name: string };
}

/** What may be reached beside the provider. */
export type RevocationRigOptions = TestHubOptions & { moreOrigins?: readonly string[] };

/** A hub with an admin and a registry at a provider that revokes. Its own clock moves only when the test says so. */
export async function useRevocationRig(options: RevocationRigOptions = {}): Promise<RevocationRig> {
  const rig = await startRevocationRig(options);
  onTestFinished(() => rig.close());
  return rig;
}

/** The same for as long as one likes. */
export async function startRevocationRig(options: RevocationRigOptions = {}): Promise<RevocationRig> {
  const provider = await startRevokingProvider();
  const clock = new TestClock(new Date());
  const masterKeys = parseMasterKeys(randomBytes(32).toString('base64'), undefined);
  const testHub = await startTestHub({
    allowOrigins: [provider.origin, ...(options.moreOrigins ?? [])],
    masterKeys,
    now: clock.now,
    ...options,
  });
  const admin = await setUpFirstAdmin(testHub);
  const { db } = testHub.database;
  const vault = createVault(await openKeyRing(db, async () => options.masterKeys ?? masterKeys));

  const addRegistry = async (values: Record<string, unknown>): Promise<string> => {
    const { status, text, json } = await admin.post('/api/v1/application-registries', {
      clientId: 'client',
      clientSecret: 'canary-client-secret',
      authorizationUrl: `${provider.origin}/authorize`,
      tokenUrl: `${provider.origin}/token`,
      ...values,
    });
    expect([status, text]).toEqual([201, expect.anything()]);
    return json.id;
  };
  const registryId = await addRegistry({ name: 'Forge', tokenRevocationUrl: `${provider.origin}/revoke` });

  return {
    testHub,
    admin,
    provider,
    clock,
    registryId,
    addRegistry,
    async addTokens(names, { registryId: of = registryId, withRefreshToken = true } = {}) {
      const profile = await db
        .selectFrom('oauth_entity_profiles')
        .select('id')
        .where('application_registry_id', '=', of)
        .executeTakeFirstOrThrow();
      const at = clock.now();
      const made = { created_at: at, updated_at: at };
      const credentials = names.map((name) => ({
        id: newId('credential'),
        type: 'oauth2' as const,
        name,
        active: true,
        profile_id: profile.id,
        applies_to: 'all' as const,
        sort_order: 100,
        allow_token_hand_out: true,
        created_by: JSON.stringify({ kind: 'system', id: null, name: 'test' }),
        ...made,
      }));
      const tokens = await Promise.all(
        credentials.map(async ({ id: credential_id, name }) => {
          const id = newId('token');
          const seal = (column: 'access_token' | 'refresh_token', value: string) =>
            vault.seal(new Secret(value), tokenPlace(id, column, 1));
          return {
            id,
            credential_id,
            state: 'available' as const,
            version: 1,
            access_token_sealed: await seal('access_token', `access-${name}`),
            access_token_version: 1,
            refresh_token_sealed: withRefreshToken ? await seal('refresh_token', `refresh-${name}`) : null,
            refresh_token_version: withRefreshToken ? 1 : null,
            issued_at: at,
            expires_at: new Date(at.getTime() + 3_600_000),
            refresh_at: withRefreshToken ? new Date(at.getTime() + 3_000_000) : null,
            refresh_token_expires_at: withRefreshToken ? new Date(at.getTime() + 90 * 86_400_000) : null,
            scopes_asked: ['repo:read'],
            scopes_granted: null,
            last_refresh_at: null,
            granted_at: at,
            ...made,
          };
        }),
      );
      for (let from = 0; from < names.length; from += 500) {
        await db
          .insertInto('credentials')
          .values(credentials.slice(from, from + 500))
          .execute();
        await db
          .insertInto('tokens')
          .values(tokens.slice(from, from + 500))
          .execute();
      }
      return tokens.map(({ id }) => id);
    },
    runDue: () => testHub.hub.tokens.revocationQueue.runDue(),
    async close() {
      await testHub.close();
      provider.close();
    },
    async reportOf(revocationId, query = '') {
      const rows: ReportRow[] = [];
      let cursor = '';
      for (;;) {
        const { json } = await admin.get(
          `/api/v1/token-revocations/${revocationId}/tokens?limit=200${query}${cursor && `&cursor=${cursor}`}`,
        );
        rows.push(...json.items);
        if (json.nextCursor === null) return rows;
        cursor = json.nextCursor;
      }
    },
  };
}
