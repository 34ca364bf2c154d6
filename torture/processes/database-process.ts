// The launcher of the embedded PostgreSQL as a process of its own. It starts a server again that was killed.
import process from 'node:process';
import { startEmbeddedPostgres } from '@lockkeeper/hub';

const server = await startEmbeddedPostgres({
  dataFolder: process.argv[2] ?? '',
  log: (message) => console.log(message),
});
process.on('SIGTERM', () => void server.stop().then(() => process.exit(0)));
setInterval(() => {}, 1_000_000);
console.log(`database is ready ${JSON.stringify(server.poolConfig)}`);
