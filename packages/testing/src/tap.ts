import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface Tap {
  /** Instead of the address that was given. */
  readonly address: string;
  /** Every byte of both directions so far. */
  readonly traffic: Buffer[];
  /** Connections go to one after the other, as with a load balancer; more may be added. */
  readonly targets: string[];
  close(): void;
}

/** A proxy on the way to a local `http://` address that sees every byte, as somebody does who opens TLS. */
export async function startTap(target: string): Promise<Tap> {
  const targets = [target];
  let connections = 0;
  const traffic: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const { port } = new URL(targets[connections++ % targets.length] ?? '');
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
    targets,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
