import { createServer } from 'node:http';

// A token endpoint that answers in 20 ms, and knows how often each refresh token came.
const DELAY_MS = 20;
const uses = new Map<string, number>();
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  if (request.url === '/counts') {
    const doubles = [...uses.values()].filter((count) => count > 1).length;
    response.end(JSON.stringify({ refreshes: uses.size, duplicates: doubles }));
    return;
  }
  const old = new URLSearchParams(Buffer.concat(chunks).toString()).get('refresh_token') ?? '';
  uses.set(old, (uses.get(old) ?? 0) + 1);
  const [id, version] = old.split('.');
  const tokens = {
    access_token: `bench-access-${old}`,
    refresh_token: `${id}.${Number(version) + 1}`,
    token_type: 'bearer',
    expires_in: 7200,
  };
  setTimeout(() => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(tokens));
  }, DELAY_MS);
});
server.listen(0, '127.0.0.1', () => console.log(`listening ${JSON.stringify(server.address())}`));
