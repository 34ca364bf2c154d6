import { createServer } from 'node:http';
import type { CanaryVault } from '@lockkeeper/testing';
import { onTestFinished } from 'vitest';

/** A token endpoint that issues canaries, and remembers what it was sent. @returns its origin */
export async function useCanaryProvider(canaries: CanaryVault): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const sent = new URLSearchParams(body);
      for (const name of ['code_verifier', 'refresh_token']) {
        const value = sent.get(name);
        if (value) canaries.register(name, value);
      }
      const isDummy = sent.get('code')?.startsWith('lockkeeper-checks') ?? false;
      const answer = isDummy
        ? { error: 'invalid_grant' }
        : {
            access_token: canaries.plant('access-token'),
            refresh_token: canaries.plant('refresh-token'),
            token_type: 'Bearer',
            expires_in: 3600,
          };
      response
        .writeHead(isDummy ? 400 : 200, { 'content-type': 'application/json' })
        .end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}
