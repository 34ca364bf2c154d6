import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';

const manifest = z.object({ version: z.string() });

export function agentVersion(): string {
  const file = new URL('../package.json', import.meta.url);
  return manifest.parse(JSON.parse(readFileSync(file, 'utf8'))).version;
}

export function agentHost(): string {
  return hostname();
}
