import type { AgentState } from '@lockkeeper/contract/mid';
import { AgentSession } from './agent-session.ts';
import { readAllowList } from './allow-list.ts';
import { backOffMs } from './back-off.ts';
import type { MidServerConfig } from './config.ts';
import { KeyKeeper } from './key-keeper.ts';
import type { AgentLogger } from './logger.ts';
import { openOutbound } from './outbound.ts';
import { runRestJob } from './rest-job.ts';
import { createTunnelJob } from './tunnel-job.ts';
import { createTunnelConnect } from './tunnel-socket.ts';

export interface RunningMidServer {
  readonly name: string;
  /** Drains, closes and resolves when nothing is left. */
  stop(): Promise<void>;
}

const DRAIN_DEADLINE_MS = 10_000;
/** After a refusal an admin has to act first. */
const REFUSED_FAILURES = 16;

const stateLines: Record<AgentState, string> = {
  ready: 'is connected and takes calls',
  held: 'is connected and waits: an admin has to compare its fingerprint and press Validate',
  paused: 'is connected and paused by an admin',
};

/**
 * Connects to the instance and stays connected until `stop`.
 * @throws AgentError when this agent is not enrolled or its files are wrong
 */
export async function runMidServer(
  config: MidServerConfig,
  logger: AgentLogger,
  now: () => Date = () => new Date(),
): Promise<RunningMidServer> {
  const keys = new KeyKeeper(config.dataFolder);
  const { name, instanceUrl } = keys.identity;
  const allowList = readAllowList(config.allowListFile);
  const outbound = openOutbound(config, instanceUrl.startsWith('https:') ? 'wss:' : 'ws:');
  const { dispatcher } = outbound;
  const { plainHttpOrigins } = config;
  const runTunnelJob = createTunnelJob({ connect: createTunnelConnect(config), allowList });
  const stopping = new AbortController();
  let session: AgentSession | undefined;

  const connectOnce = async () => {
    session = new AgentSession({
      identity: () => keys.identity,
      signingKeyFor: (agentKey) => keys.signingKeyFor(agentKey),
      onRekey: () => keys.rekey(),
      outbound,
      logger,
      now,
      onState: (state) => logger.info(`${name} ${stateLines[state]}`),
      onCall: (stream, grants) =>
        stream.open.job === 'tunnel'
          ? runTunnelJob(stream, stream.open)
          : runRestJob(stream, stream.open, { grants, dispatcher, allowList, plainHttpOrigins }),
    });
    return session.ended;
  };
  const stayConnected = async () => {
    let failures = 0;
    let lastReason = '';
    while (!stopping.signal.aborted) {
      const end = await connectOnce();
      if (stopping.signal.aborted) return;
      if (end.wasUp) failures = 0;
      const waitMs = backOffMs(end.refused ? REFUSED_FAILURES : failures, Math.random());
      failures += 1;
      // The same trouble is told once, not every half minute for a night.
      if (end.reason !== lastReason || end.wasUp) {
        logger.warn(`${end.reason}. Trying again in ${Math.ceil(waitMs / 1000)} s, and on`);
      }
      lastReason = end.reason;
      await delay(waitMs, stopping.signal);
    }
  };
  const running = stayConnected();
  return {
    name,
    async stop() {
      stopping.abort();
      await session?.drain(DRAIN_DEADLINE_MS);
      await running;
      await outbound.close();
    },
  };
}

function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
