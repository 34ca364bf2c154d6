import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { LIMITS, type MidStream, type OpenTunnel, type StreamError } from '@lockkeeper/contract/mid';
import type { AllowList } from './allow-list.ts';
import { authorityOf, type TunnelConnect } from './tunnel-socket.ts';

export interface TunnelJobOptions {
  readonly connect: TunnelConnect;
  readonly allowList: AllowList;
  readonly maxTunnels?: number;
  readonly idleMs?: number;
}

/** Carries bytes between a stream and a host: TLS to whoever is at the other end, unreadable here. */
export function createTunnelJob(options: TunnelJobOptions) {
  const { connect, allowList, maxTunnels = LIMITS.MAX_TUNNELS, idleMs = LIMITS.TUNNEL_IDLE_MS } = options;
  let tunnels = 0;
  return async (stream: MidStream, target: OpenTunnel): Promise<void> => {
    const where = authorityOf(target);
    if (!allowList.tunnel(where)) {
      const message = `The allow-list of this MID Server does not permit a tunnel to ${where}`;
      return stream.fail(unsent('not_allowed', message));
    }
    if (tunnels >= maxTunnels) return stream.fail(unsent('not_ready', 'Too many tunnels at once'));
    tunnels += 1;
    try {
      await run(stream, target, where, connect, idleMs);
    } finally {
      tunnels -= 1;
    }
  };
}

async function run(
  stream: MidStream,
  target: OpenTunnel,
  where: string,
  connect: TunnelConnect,
  idleMs: number,
): Promise<void> {
  const gone = new AbortController();
  stream.onGone((failure) => gone.abort(failure));
  const startedAt = performance.now();
  let socket: Socket;
  try {
    socket = await connect(target, gone.signal);
  } catch (error) {
    return stream.fail(connectError(where, error));
  }
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  if (gone.signal.aborted) socket.destroy();
  else carry(stream, socket, where, idleMs);
  gone.signal.addEventListener('abort', () => socket.destroy(), { once: true });
  if (!gone.signal.aborted) {
    stream.sendHead({ status: 200, headers: {}, upstreamMs: performance.now() - startedAt }, false);
  }
  await closed;
}

function carry(stream: MidStream, socket: Socket, where: string, idleMs: number): void {
  let hasEnded = false;
  const broken = (why: string) =>
    stream.fail({
      code: 'upstream_broken',
      message: `${where} broke the connection off (${why})`,
      started: true,
    });
  socket.setTimeout(idleMs, () => {
    stream.fail({ code: 'upstream_timeout', message: `Nothing came from ${where} in time`, started: true });
    socket.destroy();
  });
  socket.on('data', (chunk: Buffer) => {
    if (stream.write(chunk)) return;
    socket.pause();
    stream.onWritable(() => socket.resume());
  });
  // What follows the end, such as a reset, takes nothing back of what has come.
  socket.once('end', () => {
    hasEnded = true;
    stream.end();
  });
  socket.on('error', (error) => {
    if (!hasEnded) broken(codeOf(error));
  });
  const upload = Readable.from(stream.body(), { objectMode: false });
  upload.on('error', () => socket.destroy());
  socket.once('close', () => {
    upload.destroy();
    if (!hasEnded) broken('closed');
  });
  upload.pipe(socket);
}

const unsent = (code: StreamError['code'], message: string): StreamError => ({
  code,
  message,
  started: false,
});

function connectError(where: string, error: unknown): StreamError {
  const code = codeOf(error);
  if (code === 'ERR_ADDRESS_BLOCKED') {
    return unsent('target_refused', `${where} is this MID Server's own machine or link`);
  }
  return unsent('upstream_unreachable', `${where} cannot be reached (${code})`);
}

/** Of several addresses that were tried, the first one's. */
function codeOf(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  if (!(first instanceof Error)) return 'unknown';
  return 'code' in first && typeof first.code === 'string' ? first.code : first.name;
}
