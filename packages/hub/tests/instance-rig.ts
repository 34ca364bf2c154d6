import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { startNode, TestClient, type TestDatabase, type TestProcess } from '@lockkeeper/testing';
import { parseMasterKeys } from '@lockkeeper/vault';
import { sql } from 'kysely';
import { onTestFinished } from 'vitest';
import { getOAuthToken, type Rig, type TestProvider, useRig } from './provider-rig.ts';

// Instances as real processes on one PostgreSQL. The one of the rig, in this process, is for setting up and looking.
const clockPreload = fileURLToPath(new URL('./clock-preload.ts', import.meta.url));
const main = fileURLToPath(new URL('../../../apps/instance/src/main.ts', import.meta.url));

export interface Instance {
  process: TestProcess;
  url: string;
  /** With an API key of the role admin. */
  client: TestClient;
}

export interface Instances extends Rig {
  instances: Instance[];
}

/**
 * @param clocks how far each instance's machine is ahead, in ms; as many instances as there are of them
 * @param databaseUrlFor where one of them finds the database; straight if absent
 */
export async function useInstances(
  provider: TestProvider,
  clocks: readonly number[],
  databaseUrlFor: (database: TestDatabase) => Promise<string> = async ({ url }) => url,
): Promise<Instances> {
  const masterKey = randomBytes(32).toString('base64');
  const rig = await useRig(provider, { masterKeys: parseMasterKeys(masterKey, undefined) });
  await rig.admin.patch(`/api/v1/credentials/${rig.credentialId}`, { allowTokenHandOut: true });
  await getOAuthToken(rig);
  const { key } = await rig.testHub.accessAdmin.createApiKey({
    name: 'admin of all',
    roles: ['admin'],
    toolIds: [],
    mayWrite: false,
    expiresAt: null,
  });
  const env = {
    LOCKKEEPER_MASTER_KEY: masterKey,
    LOCKKEEPER_ALLOW_ORIGINS: provider.origin,
    LOCKKEEPER_PORT: '0',
  };
  const start = async (aheadMs: number): Promise<Instance> => {
    const DATABASE_URL = await databaseUrlFor(rig.testHub.database);
    const process = await startNode(main, {
      env: { ...env, DATABASE_URL, TEST_CLOCK_AHEAD_MS: String(aheadMs) },
      nodeOptions: ['--import', clockPreload],
      waitFor: /instance is ready/,
      // The machine may be busy with other tests.
      timeoutMs: 90_000,
    });
    onTestFinished(() => process[Symbol.asyncDispose]());
    const url = /"url":"([^"]+)","msg":"instance is ready"/.exec(process.output)?.[1] ?? '';
    return { process, url, client: new TestClient(url, { authorization: `Bearer ${key}` }) };
  };
  return { ...rig, instances: await Promise.all(clocks.map(start)) };
}

/** The access token has expired although nobody refreshed it ahead of that. */
export const expire = ({ testHub }: Rig) =>
  sql`update tokens set issued_at = now() - interval '2 hours', expires_at = now() - interval '1 s'`.execute(
    testHub.database.db,
  );

export const handOut = (rig: Rig, { client }: Instance) =>
  client.post(`/api/v1/credentials/${rig.credentialId}/access-token`);

export const refreshBy = (rig: Rig, { client }: Instance) =>
  client.post(`/api/v1/credentials/${rig.credentialId}/token/refresh`).catch(() => undefined);
