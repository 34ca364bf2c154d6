// A process of its own that owns an embedded database, for tests that kill it.
import process from 'node:process';
import { startEmbeddedPostgres } from '../src/db/embedded-postgres/embedded-postgres.ts';

try {
  const server = await startEmbeddedPostgres({
    dataFolder: process.argv[2] ?? '',
    log: (message) => console.log(`log: ${message}`),
  });
  process.on('SIGTERM', () => void server.stop().then(() => process.exit(0)));
  setInterval(() => {}, 1_000_000);
  console.log(`ready ${JSON.stringify(server.poolConfig)}`);
} catch (error) {
  console.log(error instanceof Error ? `${error.name}: ${error.message}` : error);
  process.exitCode = 1;
}
