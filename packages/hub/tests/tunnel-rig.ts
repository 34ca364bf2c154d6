import { randomBytes } from 'node:crypto';
import { type MidServer, midServer } from '@lockkeeper/contract';
import { selfSignedCertificate, startNode, startTap, type Tap, type TestProcess } from '@lockkeeper/testing';
import { createVault, parseMasterKeys } from '@lockkeeper/vault';
import { expect, onTestFinished, vi } from 'vitest';
import { enrolMidServer, followInstance, midServerConfigFrom } from '../../../apps/mid-server/src/index.ts';
import { openKeyRing } from '../src/keys/open-key-ring.ts';
import { agentMain, newDataFolder } from './mid-server-rig.ts';
import { type Rig, startTlsProvider, useRig } from './provider-rig.ts';

// Real processes, on machines that have other work.
vi.setConfig({ testTimeout: 60_000 });

export interface RealAgent {
  readonly process: TestProcess;
  readonly id: MidServer['id'];
  readonly data: string;
  /** What passes between it and the instance. */
  readonly tap: Tap;
}

/** A hub, an authorization server with TLS that it trusts, and a credential that connects via MID Server. */
export async function useTunnelRig() {
  const tls = selfSignedCertificate();
  const provider = await startTlsProvider(tls);
  const masterKeys = parseMasterKeys(randomBytes(32).toString('base64'), undefined);
  const rig = await useRig(provider, { ca: [tls.cert], masterKeys, instanceId: 'instance-a' });
  const path = `/api/v1/credentials/${rig.credentialId}`;
  const changed = await rig.admin.patch(path, { connectViaMidServer: true });
  expect([changed.status, changed.json.connectViaMidServer]).toEqual([200, true]);
  const { db } = rig.testHub.database;
  const vault = createVault(await openKeyRing(db, async () => masterKeys));
  return { ...rig, tls, path, vault, masterKeys };
}

export type TunnelRig = Awaited<ReturnType<typeof useTunnelRig>>;

/** An agent of that hub: enrolled, validated, connected and ready. It may reach the authorization server. */
export async function useRealAgent(
  { admin, testHub, provider }: Rig,
  name: string,
  env: NodeJS.ProcessEnv = {},
): Promise<RealAgent> {
  const data = newDataFolder();
  const { token } = (await admin.post('/api/v1/mid-servers/enrolment-tokens', { name })).json;
  const agentEnv = { LOCKKEEPER_ALLOW_ORIGINS: provider.origin, ...env };
  const config = midServerConfigFrom({ LOCKKEEPER_MID_DATA: data });
  const enrolled = await enrolMidServer({ ...config, instanceUrl: testHub.address, token });
  const { id } = midServer.parse((await admin.get(`/api/v1/mid-servers/${enrolled.midServerId}`)).json);
  const { fingerprint } = enrolled;
  expect((await admin.post(`/api/v1/mid-servers/${id}/validate`, { fingerprint })).status).toBe(200);
  const tap = await startTap(testHub.address);
  onTestFinished(() => tap.close());
  followInstance(data, tap.address);
  const process = await startNode(agentMain, {
    args: ['run', '--data', data],
    waitFor: /takes calls/,
    env: agentEnv,
  });
  onTestFinished(async () => void (await process.kill()));
  return { process, id, data, tap };
}
