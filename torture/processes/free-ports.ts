import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Ports for programs that are started on the same one again and again. Below the range that systems take for outgoing
 * connections: while a program is away, nobody else gets its port.
 */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = randomInt(15_000, 32_000);
    if (await isFree(port)) found.add(port);
  }
  return [...found];
}

function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
