import { CanaryVault, setUpFirstAdmin, useTestHub } from '@lockkeeper/testing';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { useCanaryProvider } from './canary-provider.ts';

test('OA-20, KE-11: no code, state, verifier, secret or token turns up in logs, database, audit, pages or answers', async () => {
  const canaries = new CanaryVault();
  const origin = await useCanaryProvider(canaries);
  const testHub = await useTestHub({ allowOrigins: [origin] });
  const admin = await setUpFirstAdmin(testHub);
  const texts: string[] = [];
  const keep = <T extends { text: string }>(answer: T): T => {
    texts.push(answer.text);
    return answer;
  };
  const registry = keep(
    await admin.post('/api/v1/application-registries', {
      name: 'Canary',
      clientId: 'client',
      clientSecret: canaries.plant('client-secret'),
      authorizationUrl: `${origin}/authorize`,
      tokenUrl: `${origin}/token`,
    }),
  );
  const profiles = await admin.get('/api/v1/oauth-entity-profiles');
  const profileId = profiles.json.items[0].id;
  const credential = keep(await admin.post('/api/v1/credentials', { name: 'Canary', profileId }));
  const path = `/api/v1/credentials/${credential.json.id}`;
  for (const outcome of ['code', 'error']) {
    // The authorization URL holds the state: it goes to the browser that asked, and nowhere else.
    const started = await admin.post(`${path}/authorization`);
    const state = new URL(started.json.authorizationUrl).searchParams.get('state') ?? '';
    canaries.register('state', state);
    const value = outcome === 'code' ? canaries.plant('code') : 'access_denied';
    const callback = `/oauth_redirect.do?state=${state}&${outcome}=${value}`;
    const redirect = keep(await admin.get(callback));
    texts.push(JSON.stringify([...redirect.headers]));
    keep(await admin.get(redirect.headers.get('location') ?? ''));
    keep(await admin.get(callback));
  }
  keep(await admin.post(`${path}/token/refresh`));
  for (const address of [
    path,
    `${path}/token`,
    '/api/v1/credentials',
    `/api/v1/application-registries/${registry.json.id}`,
    '/api/v1/audit-entries',
    '/metrics',
    '/api/v1/openapi.json',
  ]) {
    keep(await admin.get(address));
  }
  const { rows } = await sql<{ dump: string }>`
    select string_agg(query_to_xml(format('select * from %I', table_name), true, false, '')::text, '') as dump
    from information_schema.tables where table_schema = 'public'`.execute(testHub.database.db);
  texts.push(rows[0]?.dump ?? '');
  texts.push(testHub.log.join('\n'));

  expect((await admin.get(`${path}/token`)).json).toMatchObject({ state: 'available', version: 2 });
  expect(rows[0]?.dump).toContain('token.consented');
  expect(testHub.log.join('\n')).toContain('/oauth_redirect.do');
  expect(canaries.find(texts.join('\n'))).toEqual([]);
});
