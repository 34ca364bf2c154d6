import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  type EmbeddedPostgresConnection,
  type EmbeddedPostgresOptions,
  embeddedConnection,
  startEmbeddedPostgres,
} from './embedded-postgres.ts';
import { findServer } from './processes.ts';
import { openSocketAddress } from './socket-address.ts';

export interface OpenEmbeddedPostgres {
  poolConfig: EmbeddedPostgresConnection;
  close(): Promise<void>;
}

/**
 * For commands on the same host: uses the server of a running instance without disturbing it, and starts one for the
 * time being where no instance runs.
 * @throws EmbeddedPostgresError
 */
export async function openEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<OpenEmbeddedPostgres> {
  const cluster = path.join(options.dataFolder, 'cluster');
  if (existsSync(cluster) && findServer(cluster) !== undefined) {
    const address = openSocketAddress(cluster);
    return { poolConfig: embeddedConnection(address), close: async () => address.close() };
  }
  const server = await startEmbeddedPostgres(options);
  return { poolConfig: server.poolConfig, close: () => server.stop() };
}
