import { TestClient, useTestHub } from '@lockkeeper/testing';
import { expect, it } from 'vitest';

it('tells that it is alive and ready, and that it is not ready without its database', async () => {
  const testHub = await useTestHub();
  const anybody = new TestClient(testHub.address);
  expect((await anybody.get('/healthz')).json).toEqual({ status: 'ok' });
  const ready = await anybody.get('/readyz');
  expect([ready.status, ready.json]).toEqual([
    200,
    { status: 'ready', checks: { database: 'ok' }, clockSkewSeconds: expect.any(Number) },
  ]);

  await testHub.database.db.destroy();
  const unready = await anybody.get('/readyz');
  expect([unready.status, unready.json]).toEqual([
    503,
    { status: 'not_ready', checks: { database: 'failed' }, clockSkewSeconds: expect.any(Number) },
  ]);
  expect((await anybody.get('/healthz')).status).toBe(200);
});

it('gives metrics by route pattern to whoever may read them', async () => {
  const testHub = await useTestHub();
  const viewer = await testHub.withRole('viewer');
  await viewer.get('/api/v1/users/usr_canary');
  const { text, status } = await viewer.get('/metrics');
  expect(status).toBe(200);
  expect(text).toContain(
    'lockkeeper_http_request_duration_seconds_count{method="GET",route="/api/v1/users/:id",status="403"} 1',
  );
  expect(text).not.toContain('canary');
  expect((await new TestClient(testHub.address).get('/metrics')).status).toBe(401);
});

it('limits how often links are tried, with a problem that says when to come back', async () => {
  const testHub = await useTestHub();
  const attempt = () =>
    testHub.browser().post('/api/v1/setup', {
      token: 'wrong',
      name: 'A',
      email: 'a@example.com',
      password: 'long enough for anybody',
    });
  const answers = await Promise.all(Array.from({ length: 31 }, attempt));
  const limited = answers.filter(({ status }) => status === 429);
  expect(limited).toHaveLength(1);
  expect(limited[0]?.json).toMatchObject({ code: 'request.too_many' });
  expect(limited[0]?.headers.get('retry-after')).toBeTruthy();
});
