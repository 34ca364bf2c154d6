import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HubError } from './hub-error.ts';

/** Addresses that are never a page of the web application. */
const notPages = /^\/(api|webhooks|assets|oauth_redirect\.do|oauth_jwks|healthz|readyz|metrics)(\/|$)/;

/** Serves the built web application: its files, and its one page at every address that a browser navigates to. */
export async function registerWebApp(app: FastifyInstance, webRoot: string): Promise<void> {
  // Listed once: what is not in this set is never looked for on disk, whatever the address says.
  const files = new Set(await filesBelow(webRoot));
  await app.register(fastifyStatic, {
    root: webRoot,
    serve: false,
    cacheControl: false,
    index: false,
    // The build writes `.br` and `.gz` beside its files.
    preCompressed: true,
  });
  app.get('/*', { schema: { hide: true } }, (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '/';
    const file = path.slice(1);
    if (files.has(file) && file !== 'index.html') return sendFile(file, reply);
    if (!isNavigation(request, path)) throw new HubError('route.unknown');
    if (!files.has('index.html')) {
      throw new HubError('route.unknown', {
        detail: 'The web application is not part of this installation.',
      });
    }
    return reply.header('cache-control', 'no-cache').sendFile('index.html');
  });
}

function sendFile(file: string, reply: FastifyReply): FastifyReply {
  // The build puts a hash of the content into the name of everything below assets/.
  const hashed = file.startsWith('assets/');
  return reply
    .header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    .sendFile(file);
}

function isNavigation(request: FastifyRequest, path: string): boolean {
  const mode = request.headers['sec-fetch-mode'];
  if (mode !== undefined && mode !== 'navigate') return false;
  return request.headers.accept?.includes('text/html') === true && !notPages.test(path);
}

async function filesBelow(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
}
