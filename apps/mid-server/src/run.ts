import { readAllowList } from './allow-list.ts';
import type { MidServerConfig } from './config.ts';
import { KeyKeeper } from './key-keeper.ts';
import type { AgentLogger } from './logger.ts';
import { openOutbound } from './outbound.ts';
import { runRestJob } from './rest-job.ts';
import { Sessions } from './sessions.ts';
import { createTunnelJob } from './tunnel-job.ts';
import { createTunnelConnect } from './tunnel-socket.ts';

export interface RunningMidServer {
  readonly name: string;
  /** Drains, closes and resolves when nothing is left. */
  stop(): Promise<void>;
}

const DRAIN_DEADLINE_MS = 10_000;

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
  const sessions = new Sessions({
    name,
    identity: () => keys.identity,
    signingKeyFor: (agentKey) => keys.signingKeyFor(agentKey),
    onRekey: () => keys.rekey(),
    outbound,
    logger,
    now,
    onCall: (stream, grants) =>
      stream.open.job === 'tunnel'
        ? runTunnelJob(stream, stream.open)
        : runRestJob(stream, stream.open, { grants, dispatcher, allowList, plainHttpOrigins }),
  });
  sessions.start();
  return {
    name,
    async stop() {
      await sessions.stop(DRAIN_DEADLINE_MS);
      await outbound.close();
    },
  };
}
