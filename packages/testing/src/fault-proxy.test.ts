import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { useFaultProxy } from './fault-proxy.ts';

async function useProxiedServer(body = 'hello', strikes?: (opening: string) => boolean) {
  const server = createServer((_request, response) => response.end(body));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { proxy, port } = await useFaultProxy({ host: '127.0.0.1', port: address.port }, undefined, strikes);
  const get = (timeoutMs = 30_000, path = '/') =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      signal: AbortSignal.timeout(timeoutMs),
      headers: { connection: 'close' },
    }).then((response) => response.text());
  return { proxy, get };
}

test('what is healthy gets through, large bodies too', async () => {
  const body = 'x'.repeat(1_000_000);
  const { get, proxy } = await useProxiedServer(body);
  expect(await get()).toBe(body);
  expect(proxy.connections).toBe(1);
});

test('what is late comes late, and what is narrow takes its time', async () => {
  const { proxy, get } = await useProxiedServer('x'.repeat(2000));
  proxy.suffer({ latencyMs: 100 });
  let startedMs = performance.now();
  expect(await get()).toHaveLength(2000);
  expect(performance.now() - startedMs).toBeGreaterThan(195);
  proxy.suffer({ bytesPerSecond: 5000 });
  startedMs = performance.now();
  expect(await get()).toHaveLength(2000);
  expect(performance.now() - startedMs).toBeGreaterThan(390);
});

test('a connection that is swallowed never answers, one that is cut breaks, and both heal', async () => {
  const { proxy, get } = await useProxiedServer();
  proxy.swallow();
  await expect(get(200)).rejects.toThrow('timeout');
  proxy.cut();
  await expect(get()).rejects.toThrow('fetch failed');
  proxy.heal();
  expect(await get()).toBe('hello');
});

test('an answer breaks off where it is told to', async () => {
  const { proxy, get } = await useProxiedServer('x'.repeat(100_000));
  proxy.suffer({ resetAfterBytes: 50_000 });
  await expect(get()).rejects.toThrow();
  proxy.heal();
  expect(await get()).toHaveLength(100_000);
});

test('only connections that begin as told suffer', async () => {
  const { proxy, get } = await useProxiedServer('hello', (opening) => opening.startsWith('GET /struck'));
  for (const fault of ['cut', 'swallow'] as const) {
    proxy[fault]();
    await expect(get(500, '/struck')).rejects.toThrow();
    expect(await get(30_000, '/spared')).toBe('hello');
    proxy.heal();
    expect(await get(30_000, '/struck')).toBe('hello');
  }
});
