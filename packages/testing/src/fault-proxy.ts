import { once } from 'node:events';
import { connect, createServer, type NetConnectOpts, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

export interface Faults {
  /**
   * - `relay`: everything gets through
   * - `swallow`: half open: connections are accepted and stay, and nothing gets through in either direction
   * - `cut`: connections are reset, and new ones too
   */
  readonly mode: 'relay' | 'swallow' | 'cut';
  /** Added to every piece of data, in both directions. */
  readonly latencyMs: number;
  /** Of answers: a slow body, or a narrow line. */
  readonly bytesPerSecond: number;
  /** Resets a connection after so many bytes of its answers. */
  readonly resetAfterBytes: number;
}

const healthy: Faults = {
  mode: 'relay',
  latencyMs: 0,
  bytesPerSecond: Number.POSITIVE_INFINITY,
  resetAfterBytes: Number.POSITIVE_INFINITY,
};

interface Connection {
  /** Undefined until its first bytes have told. */
  isStruck: boolean | undefined;
}

/** Stands between a client and a server, and does to their connections what networks do. */
export class FaultProxy {
  readonly #server;
  readonly #upstream: NetConnectOpts;
  readonly #strikes: (opening: string) => boolean;
  readonly #sockets = new Map<Socket, Connection>();
  readonly #strikesAll: boolean;
  #faults: Faults = healthy;
  #connections = 0;

  /** @param strikes by how a connection begins, which of them suffer; all if absent */
  constructor(upstream: NetConnectOpts, strikes?: (opening: string) => boolean) {
    this.#upstream = upstream;
    this.#strikes = strikes ?? (() => true);
    this.#strikesAll = strikes === undefined;
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#relay(client));
  }

  /** How many there have been. */
  get connections(): number {
    return this.#connections;
  }

  /** @param place the path of a socket; any free port of this machine if absent */
  async listen(place?: string): Promise<{ port: number }> {
    if (place === undefined) this.#server.listen(0, '127.0.0.1');
    else this.#server.listen(place);
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return { port: address !== null && typeof address === 'object' ? address.port : 0 };
  }

  /** From now on, also for connections that are open; what is not named works. */
  suffer(faults: Partial<Faults>): void {
    this.#faults = { ...healthy, ...faults };
    if (this.#faults.mode === 'cut') this.#reset();
  }

  /** Connections stay open, and nothing gets through any more, in either direction. */
  swallow(): void {
    this.suffer({ mode: 'swallow' });
  }

  /** Connections break, and new ones too. */
  cut(): void {
    this.suffer({ mode: 'cut' });
  }

  /** New connections work again; those that had suffered break. */
  heal(): void {
    this.suffer({});
    this.#reset();
  }

  close(): void {
    for (const socket of this.#sockets.keys()) reset(socket);
    this.#server.close();
  }

  #relay(client: Socket): void {
    this.#connections++;
    const connection: Connection = { isStruck: this.#strikesAll ? true : undefined };
    if (this.#faults.mode === 'cut' && connection.isStruck) {
      reset(client);
      return;
    }
    const server = connect({ ...this.#upstream, allowHalfOpen: true });
    this.#pipe(client, server, false, connection);
    this.#pipe(server, client, true, connection);
  }

  #pipe(from: Socket, to: Socket, isAnswer: boolean, connection: Connection): void {
    let passed = 0;
    // One piece after the other, so that what is late stays in order.
    let last: Promise<void> = Promise.resolve();
    const pass = async (chunk: Buffer) => {
      connection.isStruck ??= this.#strikes(chunk.toString('latin1'));
      const { mode, latencyMs, bytesPerSecond, resetAfterBytes } = connection.isStruck
        ? this.#faults
        : healthy;
      if (mode === 'cut') return reset(from);
      if (latencyMs > 0) await sleep(latencyMs);
      if (isAnswer && Number.isFinite(bytesPerSecond)) await sleep((1000 * chunk.length) / bytesPerSecond);
      // It may have been struck meanwhile.
      if (connection.isStruck && this.#faults.mode !== 'relay') return;
      passed += chunk.length;
      if (isAnswer && passed > resetAfterBytes) {
        to.write(chunk.subarray(0, Math.max(0, chunk.length - (passed - resetAfterBytes))));
        reset(to);
      } else to.write(chunk);
    };
    this.#sockets.set(from, connection);
    from.on('data', (chunk: Buffer) => {
      last = last.then(() =>
        pieces(chunk, (connection.isStruck ? this.#faults : healthy).bytesPerSecond).reduce(
          (before, piece) => before.then(() => pass(piece)),
          Promise.resolve(),
        ),
      );
    });
    from.on('end', () => void last.then(() => to.end()));
    from.on('error', () => {});
    from.on('close', () => {
      this.#sockets.delete(from);
      void last.then(() => to.destroy());
    });
  }

  #reset(): void {
    for (const [socket, { isStruck }] of this.#sockets) if (isStruck) reset(socket);
  }
}

/** RST on a network connection; a local socket has only an end. */
function reset(socket: Socket): void {
  socket.on('error', () => {});
  if (socket.remoteAddress === undefined) socket.destroy();
  else socket.resetAndDestroy();
}

/** A narrow line lets a tenth of a second's worth through at a time. */
function pieces(chunk: Buffer, bytesPerSecond: number): Buffer[] {
  if (!Number.isFinite(bytesPerSecond)) return [chunk];
  const size = Math.max(1, Math.floor(bytesPerSecond / 10));
  return Array.from({ length: Math.ceil(chunk.length / size) }, (_, index) =>
    chunk.subarray(index * size, (index + 1) * size),
  );
}

/** For one test: closed by itself when the test has ended. */
export async function useFaultProxy(
  upstream: NetConnectOpts,
  place?: string,
  strikes?: (opening: string) => boolean,
): Promise<{ proxy: FaultProxy; port: number }> {
  const proxy = new FaultProxy(upstream, strikes);
  const { port } = await proxy.listen(place);
  onTestFinished(() => proxy.close());
  return { proxy, port };
}
