import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Readable } from 'node:stream';
import {
  createDatabase,
  createLogger,
  migrate,
  migrations,
  Notifications,
  startEmbeddedPostgres,
} from '@lockkeeper/hub';
import {
  createVault,
  type DataKeyStore,
  KeyRing,
  localKeyEncryption,
  parseMasterKey,
  Secret,
  type StoredDataKey,
} from '@lockkeeper/vault';
import { createAuditLog } from '../../packages/hub/src/access/audit-log.ts';
import { EventBus } from '../../packages/hub/src/events/event-bus.ts';
import { createMidServers } from '../../packages/hub/src/mid-servers/mid-servers.ts';

// An instance cut down to the MID Server feature: everything that carries a call, nothing that signs people in.
const [dataFolder = '', upstream = '', tlsFolder] = process.argv.slice(2);
const logger = createLogger({ level: 'error' });
const postgres = await startEmbeddedPostgres({ dataFolder, log: () => undefined, durable: false });
const { db } = createDatabase(postgres.poolConfig);
await migrate(db, migrations);
const events = new EventBus(new Notifications(postgres.poolConfig), logger);
await events.start();

const keys: StoredDataKey[] = [];
const store: DataKeyStore = { list: async () => keys, addCurrent: async (key) => void keys.push(key) };
const keyEncryption = localKeyEncryption(parseMasterKey(randomBytes(32).toString('base64')));
const now = () => new Date();
const credential = { id: 'cred_bench', name: 'Bench', appliesTo: { kind: 'all' as const } };
const token = {
  accessToken: new Secret('bench-token'),
  version: 1,
  expiresAt: new Date(Date.now() + 3_600_000),
};
const origin: { principal: { kind: 'system'; name: string }; requestId: string } = {
  principal: { kind: 'system', name: 'bench' },
  requestId: 'req_bench',
};
const midServers = await createMidServers({
  db,
  vault: createVault(await KeyRing.open({ store, keyEncryption })),
  audit: createAuditLog({ now }),
  events,
  // Nobody subscribes here.
  outbox: { publish: async () => {}, publishAll: async () => {} },
  logger,
  publicUrl: new URL('https://localhost'),
  instance: 'bench',
  onReady: () => {},
  credentials: {
    findCredential: async () => credential,
    activeCredentials: async () => [credential],
    accessTokenFor: async () => token,
    reportUnauthorized: async () => false,
    noteUse: () => {},
  },
  now,
});

const readJson = async (body: AsyncIterable<Buffer>) => {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
};
const listener: RequestListener = async (request, response) => {
  if (request.url === '/api/v1/mid-servers/enrol') {
    const enrolled = await midServers.enrolment.enrol(await readJson(request), '127.0.0.1', 'req_bench');
    await midServers.servers.validate(enrolled.id, enrolled.fingerprint, origin);
    response.writeHead(201).end(JSON.stringify(enrolled));
    return;
  }
  const caller = new AbortController();
  response.on('close', () => caller.abort('the caller is gone'));
  const answer = await midServers.calls.rest({
    toolId: 'tool_bench',
    credentialId: credential.id,
    actor: { kind: 'system', id: null, name: 'bench' },
    midServerId: 'any',
    origin: upstream,
    method: 'GET',
    path: request.url ?? '/',
    signal: caller.signal,
  });
  response.writeHead(answer.status, { ...answer.headers });
  if (request.url === '/big') Readable.from(answer.body, { objectMode: false }).pipe(response);
  else for await (const chunk of answer.body) response.write(chunk);
  if (request.url !== '/big') response.end();
};
const server =
  tlsFolder === undefined
    ? createServer(listener)
    : createTlsServer(
        { key: readFileSync(`${tlsFolder}/key.pem`), cert: readFileSync(`${tlsFolder}/cert.pem`) },
        listener,
      );
await midServers.start(server);
server.listen(0, '127.0.0.1', async () => {
  const { token: enrolmentToken } = await midServers.enrolment.createToken('bench', origin);
  console.log(`listening ${JSON.stringify(server.address())} ${enrolmentToken}`);
});
process.once('SIGTERM', async () => {
  await midServers.stop();
  await postgres.stop();
  process.exit(0);
});
