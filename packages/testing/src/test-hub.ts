import { randomBytes } from 'node:crypto';
import {
  type AccessAdmin,
  createAccessAdmin,
  createHub,
  createLogger,
  type Hub,
  type HubOptions,
  Notifications,
} from '@lockkeeper/hub';
import { type MasterKeys, parseMasterKeys } from '@lockkeeper/vault';
import { onTestFinished } from 'vitest';
import { quickPasswordHashing } from './quick-password-hashing.ts';
import { TestClient } from './test-client.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

export type TestRole = Parameters<AccessAdmin['createApiKey']>[0]['roles'][number];

export interface TestHub {
  hub: Hub;
  /** Where it really listens; its public address is `publicUrl`. */
  address: string;
  publicUrl: URL;
  database: TestDatabase;
  accessAdmin: AccessAdmin;
  /** Every line logged, at the finest level. */
  log: string[];
  /** A client without any proof of who it is; `origin` as a browser on our own pages sends it. */
  browser(): TestClient;
  /** A client with an API key of this role. */
  withRole(role: TestRole): Promise<TestClient>;
  close(): Promise<void>;
}

export interface TestHubOptions {
  now?: () => Date;
  webRoot?: string;
  singleSignOn?: HubOptions['singleSignOn'];
  /** Whose X-Forwarded-For is believed. */
  trustedProxies?: readonly string[];
  /** Random ones if absent. */
  masterKeys?: MasterKeys;
  /** Of its own if absent. Closed by whoever made it. */
  database?: TestDatabase;
  /** As in `LOCKKEEPER_ALLOW_ORIGINS`; such as the origin of a provider in the same test. */
  allowOrigins?: readonly string[];
  tools?: HubOptions['tools'];
  /** Certificates that are trusted of authorization servers. */
  ca?: readonly string[];
  /** Where browsers find it, when a real one is to; its port is listened on. */
  publicUrl?: URL;
  disableUnusedAfterDays?: number;
  /** As users have it, which takes 0.2 s of a core for each password. */
  slowPasswords?: boolean;
  /** Where there are several in one process. */
  instanceId?: string;
}

export const testPassword = 'canary-password-of-ada';

/** A whole hub on a database of its own, over real HTTP. Call `close` in `afterAll`. */
export async function startTestHub(options: TestHubOptions = {}): Promise<TestHub> {
  const database = options.database ?? (await createTestDatabase());
  const log: string[] = [];
  const publicUrl = options.publicUrl ?? new URL('https://lockkeeper.test');
  const notifications = new Notifications(database.poolConfig);
  const masterKeys = options.masterKeys ?? parseMasterKeys(randomBytes(32).toString('base64'), undefined);
  const hub = await createHub({
    db: database.db,
    notifications,
    publicUrl,
    host: '127.0.0.1',
    port: Number(options.publicUrl?.port ?? 0),
    version: '0.0.0',
    instanceName: 'test',
    masterKeys: async () => masterKeys,
    allowOrigins: options.allowOrigins ?? [],
    tools: options.tools ?? [],
    logger: createLogger({ level: 'trace', destination: { write: (line) => void log.push(line) } }),
    now: options.now,
    webRoot: options.webRoot,
    trustedProxies: options.trustedProxies,
    singleSignOn: options.singleSignOn,
    ca: options.ca,
    disableUnusedAfterDays: options.disableUnusedAfterDays,
    passwordHashing: options.slowPasswords === true ? undefined : quickPasswordHashing,
    instanceId: options.instanceId,
  });
  const address = await hub.start();
  const accessAdmin = createAccessAdmin({
    db: database.db,
    publicUrl,
    ...(options.now ? { now: options.now } : {}),
  });

  return {
    hub,
    address,
    publicUrl,
    database,
    accessAdmin,
    log,
    browser: () => new TestClient(address, { origin: publicUrl.origin }),
    async withRole(role) {
      const { key } = await accessAdmin.createApiKey({
        name: `${role} ${Math.random()}`,
        roles: [role],
        toolIds: [],
        mayWrite: false,
        expiresAt: null,
      });
      return new TestClient(address, { authorization: `Bearer ${key}` });
    },
    async close() {
      await hub.stop();
      await notifications.close();
      if (!options.database) await database.close();
    },
  };
}

/** For one test: closed by itself when the test has ended. */
export async function useTestHub(options?: TestHubOptions): Promise<TestHub> {
  const testHub = await startTestHub(options);
  onTestFinished(() => testHub.close());
  return testHub;
}

/** Redeems a set-up link as a browser does. */
export async function setUpFirstAdmin(testHub: TestHub): Promise<TestClient> {
  const link = await testHub.accessAdmin.createSetupLink();
  const token = new URL(link?.url ?? '').hash.slice(1);
  const browser = testHub.browser();
  const body = { token, name: 'Ada Admin', email: 'ada@example.com', password: testPassword };
  const { status, text } = await browser.post('/api/v1/setup', body);
  if (status !== 201) throw new Error(`set-up answered ${status}: ${text}`);
  return browser;
}
