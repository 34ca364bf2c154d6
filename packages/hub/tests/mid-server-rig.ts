import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EnrolmentTokenCreated, type MidServer, role } from '@lockkeeper/contract';
import { startNode, type TestCertificate, type TestProcess, useTestDatabase } from '@lockkeeper/testing';
import { createVault, KeyRing, localKeyEncryption, parseMasterKey, Secret } from '@lockkeeper/vault';
import { Agent, request as send } from 'undici';
import { onTestFinished, vi } from 'vitest';
import { enrolMidServer, midServerConfigFrom } from '../../../apps/mid-server/src/index.ts';
import { createAuditLog } from '../src/access/audit-log.ts';
import type { Db } from '../src/db/database.ts';
import { Notifications } from '../src/db/notifications.ts';
import { EventBus } from '../src/events/event-bus.ts';
import { createOutbox } from '../src/events/outbox.ts';
import { createHttpApp } from '../src/http/http-app.ts';
import { createVaultKeyStore } from '../src/keys/vault-key-store.ts';
import { createLogger } from '../src/log.ts';
import { createMidServers } from '../src/mid-servers/mid-servers.ts';
import type { RestAnswer, RestCall } from '../src/mid-servers/rest-call.ts';
import type { CallCredential, CallCredentials, CallUse } from '../src/tokens/call-credentials.ts';

// Real processes, on machines that have other work.
vi.setConfig({ testTimeout: 60_000 });

export const agentMain = fileURLToPath(new URL('../../../apps/mid-server/src/main.ts', import.meta.url));
export const credentialId = 'cred_01ARZ3NDEKTSV4RRFFQ69G5FAV';

/** Credentials and tokens as the test wants them. */
export class TestCredentials implements CallCredentials {
  readonly credentials = new Map<string, CallCredential>();
  token = `canary-access-token-${randomBytes(12).toString('hex')}`;
  version = 1;
  expiresAt = new Date(Date.now() + 60 * 60 * 1000);
  /** What the next token is when the tool does not take this one. */
  next: string | undefined;

  async findCredential(id: string): Promise<CallCredential | undefined> {
    return this.credentials.get(id);
  }

  readonly uses: CallUse[] = [];

  noteUse(use: CallUse): void {
    this.uses.push(use);
  }

  async activeCredentials(): Promise<CallCredential[]> {
    return [...this.credentials.values()];
  }

  async accessTokenFor() {
    return { accessToken: new Secret(this.token), version: this.version, expiresAt: this.expiresAt };
  }

  async reportUnauthorized(_id: string, version: number): Promise<boolean> {
    if (this.next === undefined || version !== this.version) return false;
    [this.token, this.next, this.version] = [this.next, undefined, this.version + 1];
    return true;
  }
}

/** An HTTP API and WebSocket endpoint with a real database, and real agent processes that connect to it. */
export async function useMidServers({
  heartbeatMs = 2000,
  now = () => new Date(),
  tls,
}: {
  heartbeatMs?: number;
  now?: () => Date;
  tls?: TestCertificate;
} = {}) {
  const database = await useTestDatabase();
  const { db } = database;
  const log: string[] = [];
  const logger = createLogger({ level: 'debug', destination: { write: (line) => void log.push(line) } });
  const notifications = new Notifications(database.poolConfig);
  const events = new EventBus(notifications, logger);
  await events.start();
  const credentials = new TestCredentials();
  credentials.credentials.set(credentialId, {
    id: credentialId,
    name: 'Bitbucket',
    appliesTo: { kind: 'all' },
  });
  const feature = await createMidServers({
    db,
    vault: await newVault(database.db),
    audit: createAuditLog({ now }),
    events,
    outbox: createOutbox({ now }),
    logger,
    publicUrl: new URL('http://127.0.0.1'),
    instance: 'inst-a',
    credentials,
    now,
    heartbeatMs,
    onReady: () => {},
  });
  const app = await createHttpApp({
    publicUrl: new URL('https://lockkeeper.test'),
    logger,
    version: '0.0.0',
    tls,
    sessionCookie: '__Host-lockkeeper',
    authenticate: async ({ headers }) => {
      const asked = role.safeParse(headers['x-role']);
      if (!asked.success) return undefined;
      return { kind: 'api_key', id: 'key_1', name: 'Ada', roles: [asked.data], toolIds: [], mayWrite: false };
    },
    onDenied: async () => undefined,
  });
  feature.registerRoutes(app);
  await app.ready();
  await feature.start(app.server);
  // Fastify does not know that the server it was given speaks TLS.
  const listening = await app.listen({ host: '127.0.0.1', port: 0 });
  const address = tls === undefined ? listening : listening.replace('http:', 'https:');
  onTestFinished(async () => {
    await feature.stop();
    await app.close();
    events.stop();
    await notifications.close();
  });

  // What the test itself asks over TLS it asks without looking at the certificate.
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  const request = async (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown, as = 'admin') => {
    const headers = { 'x-role': as, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const answer = await send(`${address}/api/v1/mid-servers${path}`, {
      method,
      headers,
      dispatcher,
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, text, json: text === '' ? undefined : JSON.parse(text) };
  };
  const newToken = async (): Promise<EnrolmentTokenCreated> =>
    (await request('POST', '/enrolment-tokens', {})).json;
  const only = async (): Promise<MidServer> => (await request('GET', '')).json.items[0];
  const auditActions = async () => {
    const rows = await db
      .selectFrom('audit_entries')
      .select(['action', 'outcome'])
      .orderBy('sequence')
      .execute();
    return rows.map(({ action, outcome }) => (outcome === 'success' ? action : `${action}: ${outcome}`));
  };

  return {
    ...feature,
    address,
    db,
    log,
    events,
    credentials,
    request,
    newToken,
    only,
    auditActions,
    /** Enrols with a fresh token, in this process: starting one takes most of a test's time. @returns its data folder */
    async enrol(name: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
      const data = newDataFolder();
      const { token } = await newToken();
      const config = midServerConfigFrom({ ...env, LOCKKEEPER_MID_DATA: data });
      await enrolMidServer({ ...config, instanceUrl: address, token, name });
      return data;
    },
    run: (data: string, waitFor: RegExp, env: NodeJS.ProcessEnv = {}) =>
      useAgent(['run', '--data', data], waitFor, env),
    /** An agent that is enrolled, validated, connected and ready. */
    async readyAgent(name = 'mid-a', env: NodeJS.ProcessEnv = {}) {
      const data = await this.enrol(name, env);
      const server: MidServer = (await request('GET', `?q=${name}`)).json.items[0];
      await request('POST', `/${server.id}/validate`, { fingerprint: server.fingerprint });
      const agent = await this.run(data, /takes calls/, env);
      return { data, agent, id: server.id };
    },
    rest(call: Partial<RestCall> & Pick<RestCall, 'origin'>): Promise<RestAnswer> {
      return feature.calls.rest({
        toolId: 'tool_1',
        credentialId,
        midServerId: 'any',
        actor: { kind: 'api_key', id: 'key_1', name: 'Ada' },
        method: 'GET',
        path: '/2.0/user',
        signal: AbortSignal.timeout(15_000),
        ...call,
      });
    },
  };
}
export type MidServersRig = Awaited<ReturnType<typeof useMidServers>>;

export const newDataFolder = () => join(mkdtempSync(join(tmpdir(), 'mid-server-')), 'data');

async function useAgent(args: string[], waitFor: RegExp, env: NodeJS.ProcessEnv): Promise<TestProcess> {
  const agent = await startNode(agentMain, { args, waitFor, env });
  onTestFinished(async () => void (await agent.kill()));
  return agent;
}

/** A tool's API on this machine. */
export async function useUpstream(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

export async function textOf({ body }: RestAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function newVault(db: Db) {
  const keyEncryption = localKeyEncryption(parseMasterKey(randomBytes(32).toString('base64')));
  return createVault(await KeyRing.open({ store: createVaultKeyStore(db), keyEncryption }));
}
