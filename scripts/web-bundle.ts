import { existsSync, globSync, statSync } from 'node:fs';
import path from 'node:path';
import { bin, root, step } from './step.ts';

const web = path.join(root, 'apps/web');

/** Builds the web pages unless the last build is newer than everything it was made of. */
export async function buildWebBundle(): Promise<void> {
  if (!existsSync(path.join(web, 'src/main.tsx'))) return;
  const built = path.join(web, 'dist/index.html');
  if (existsSync(built) && statSync(built).mtimeMs > newestSource()) return;
  await step('Web pages (vite build)', [bin('vite/bin/vite.js'), 'build', '--logLevel', 'warn', web]);
}

/** Modification time in ms of the newest file that the bundle is made of. */
function newestSource(): number {
  const sources = [
    'package-lock.json',
    ...globSync(['apps/web/*.{html,json,ts}', 'apps/web/{src,public}/**', 'packages/contract/src/**'], {
      cwd: root,
    }),
  ];
  return Math.max(...sources.map((file) => statSync(path.join(root, file)).mtimeMs));
}
