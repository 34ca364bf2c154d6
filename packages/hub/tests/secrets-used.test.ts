import { type ActorRef, actorRef, type SecretUse } from '@lockkeeper/contract';
import { TestClock, useTestHub } from '@lockkeeper/testing';
import { expect, it } from 'vitest';
import { createAuditLog } from '../src/access/audit-log.ts';
import { credentialUsed } from '../src/access/secret-use.ts';
import {
  beginAndDecide,
  getOAuthToken,
  openCallback,
  startCertifiedProvider,
  useRig,
} from './provider-rig.ts';

const ada = actorRef.parse({ kind: 'user', id: 'usr_ada', name: 'Ada' });
const scheduler = actorRef.parse({ kind: 'system', id: null, name: 'scheduler' });
const ci = actorRef.parse({ kind: 'api_key', id: 'key_ci', name: 'ci' });

it('IN-02: one answer says which secrets were used between two times, by whom, how often', async () => {
  const testHub = await useTestHub();
  const admin = await testHub.withRole('admin');
  const clock = new TestClock('2030-01-01T00:00:00Z');
  const auditLog = createAuditLog(clock);
  const once = async (action: string, actor: ActorRef, credential = 'docs') => {
    const subject = { type: 'credential', id: `cred_${credential}`, name: credential };
    await auditLog.record({ actor, action, subject, summary: action }, testHub.database.db);
    clock.advance(60_000);
  };
  const many = async (actor: ActorRef, count: number, midServer?: { id: string; name: string }) => {
    const firstAt = clock.now();
    clock.advance(900);
    const uses = {
      credential: { id: 'cred_docs', name: 'docs' },
      actor,
      kind: 'called',
      midServer,
      count,
    } as const;
    await auditLog.record(credentialUsed({ ...uses, firstAt, lastAt: clock.now() }), testHub.database.db);
    clock.advance(60_000 - 900);
  };
  await once('token.handed_out', ada); // 00:00
  await once('token.handed_out', ada); // 00:01
  await many(ci, 40); // 00:02
  await many(ci, 2); // 00:03
  await once('token.refreshed', ci, 'shop'); // 00:04
  await once('credential.changed', ada); // no use of the secret
  await once('token.handed_out', ada); // 00:06
  await many(ci, 3, { id: 'mid_a', name: 'mid-a' }); // 00:07
  await many(ci, 5, { id: 'mid_b', name: 'mid-b' }); // 00:08
  await many(ci, 4, { id: 'mid_a', name: 'mid-a' }); // 00:09
  await once('token.refresh_failed', scheduler, 'shop'); // 00:10

  const ask = async (query: string): Promise<string[]> => {
    const { status, json } = await admin.get(`/api/v1/secrets-used?${query}`);
    expect([status, json.errors]).toEqual([200, undefined]);
    return json.items.map(({ credential, actor, kind, midServer, count }: SecretUse) =>
      [credential.name, actor.name, kind, ...(midServer === null ? [] : [midServer.name]), count].join(' '),
    );
  };
  expect(await ask('from=2030-01-01T00:00:00Z&to=2030-01-01T00:06:00Z')).toEqual([
    'shop ci refreshed 1',
    'docs ci called 42',
    'docs Ada handed_out 2',
  ]);
  expect(await ask('from=2030-01-01T00:01:00Z&to=2030-01-01T00:02:00.500Z')).toEqual([
    'docs ci called 40',
    'docs Ada handed_out 1',
  ]);
  expect(await ask('from=2030-01-01T00:00:00Z&to=2031-01-01T00:00:00Z&actorId=usr_ada')).toEqual([
    'docs Ada handed_out 3',
  ]);
  expect(await ask('from=2030-01-01T00:00:00Z&to=2031-01-01T00:00:00Z&credentialId=cred_shop')).toEqual([
    'shop scheduler refreshed 1',
    'shop ci refreshed 1',
  ]);
  expect(await ask('from=2030-01-01T00:07:00Z&to=2030-01-01T01:00:00Z')).toEqual([
    'shop scheduler refreshed 1',
    'docs ci called mid-a 7',
    'docs ci called mid-b 5',
  ]);
  expect(await ask('from=2029-01-01T00:00:00Z&to=2030-01-01T00:00:00Z')).toEqual([]);
  const { status, json } = await admin.get('/api/v1/secrets-used?from=2030-01-01T00:00:00Z');
  expect([status, json.errors[0].field]).toEqual([400, 'to']);
});

it('IN-02: a client secret that left for a consent that failed, for Validate or for a refused refresh is told, one that stayed is not', async () => {
  const provider = await startCertifiedProvider();
  const rig = await useRig(provider);
  const { admin, credentialId, registryId } = rig;
  const used = async (): Promise<Record<string, number>> => {
    const { json } = await admin.get(
      '/api/v1/secrets-used?from=2020-01-01T00:00:00Z&to=2099-01-01T00:00:00Z',
    );
    return Object.fromEntries(
      json.items.map(({ credential, kind, count }: SecretUse) => [`${credential.id} ${kind}`, count]),
    );
  };
  const atFirst = await used();
  // Saving the registry has asked once whether the provider accepts the client.
  expect(atFirst).toEqual({ [`${registryId} validated`]: 1 });
  await admin.post(`/api/v1/application-registries/${registryId}/validate`);
  await openCallback(admin, await beginAndDecide(rig, 'cancel'));
  expect(await used()).toEqual({ [`${registryId} validated`]: 2 });
  provider.failNextTokenRequest({ status: 401, body: { error: 'invalid_client' } });
  await openCallback(admin, await beginAndDecide(rig));
  expect((await used())[`${credentialId} consented`]).toBe(1);
  await getOAuthToken(rig);
  expect((await used())[`${credentialId} consented`]).toBe(2);
  provider.failNextTokenRequest({ status: 503, body: {} });
  await admin.post(`/api/v1/credentials/${credentialId}/token/refresh`);
  expect((await used())[`${credentialId} refreshed`]).toBe(1);
  // Nobody listens there any more: nothing could be sent.
  await provider.server.close();
  await admin.post(`/api/v1/credentials/${credentialId}/token/refresh`);
  expect((await used())[`${credentialId} refreshed`]).toBe(1);
});
