import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface Tap {
  /** Instead of the address that was given. */
  readonly address: string;
  /** Every byte of both directions so far. */
  readonly traffic: Buffer[];
  close(): void;
}

/** A proxy on the way to a local `http://` address that sees every byte, as somebody does who opens TLS. */
export async function startTap(target: string): Promise<Tap> {
  const { port } = new URL(target);
  const traffic: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk: Buffer) => traffic.push(chunk));
      from.on('error', () => to.destroy());
      from.pipe(to);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  return {
    address: `http://127.0.0.1:${bound.port}`,
    traffic,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
