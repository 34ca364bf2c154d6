import { existsSync } from 'node:fs';
import path from 'node:path';
import { bin, root, step } from './step.ts';
import { buildWebBundle } from './web-bundle.ts';

/** Everything that can be said about the sources without running them, and the bundle that tests and start need. */
export async function staticChecks(): Promise<void> {
  await buildWebBundle();
  await step('Lint and format (biome)', [bin('@biomejs/biome/bin/biome'), 'check', '.']);
  await step('Types (tsc)', [bin('typescript/bin/tsc'), '-p', root]);
  const web = path.join(root, 'apps/web');
  if (existsSync(path.join(web, 'src/main.tsx'))) {
    await step('Types of the web (tsc)', [bin('typescript/bin/tsc'), '-p', web]);
  }
  await step('Arrows between the packages', [path.join(root, 'scripts/check-arrows.mjs')]);
}
