// What users run: the programs as JavaScript in a few files, which start in half the time of the sources and need no
// compiler. Plain JavaScript and no dependency, so that finding the bundle costs next to nothing.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { runChild } from './run-child.mjs';

const projectRoot = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
/** The last few stay: programs that were started from them may still load parts. */
const KEPT = 3;

/** Everything the bundle is made of; what is below `node_modules` is told by the lock file. */
const sources = [
  '{apps/{cli,instance,mid-server},packages/*}/src/**/*.{ts,json}',
  '{apps/{cli,instance,mid-server},packages/*}/package.json',
  'package-lock.json',
  'scripts/build-programs.mjs',
];

/**
 * The `main.js` made of the sources as they are now. It lies in a folder named after their content, so a bundle is never
 * stale: other sources are another folder, built now if there is none.
 * @param {{ root?: string, say?: (message: string) => void }} [options]
 * @returns {Promise<string>}
 */
export async function programBundle({ root = projectRoot, say = console.error } = {}) {
  const folder = path.join(root, 'apps/cli/dist', fingerprintOf(root));
  const main = path.join(folder, 'main.js');
  if (existsSync(main)) return main;
  const started = Date.now();
  await build(root, folder);
  forgetOld(path.dirname(folder), folder);
  say(`[bundle] the programs were bundled in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return main;
}

/** Of names and content: a time stamp would miss what a copy or an older checkout brings. @param {string} root */
function fingerprintOf(root) {
  const hash = createHash('sha256');
  const files = globSync(sources, { cwd: root }).map((file) => file.replaceAll('\\', '/'));
  for (const file of files.filter((name) => !name.includes('.test.')).sort()) {
    hash.update(`${file}\0`).update(
      createHash('sha256')
        .update(readFileSync(path.join(root, file)))
        .digest(),
    );
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * Beside its place and then moved there: whoever finds the folder finds all of it. Two that build at once make the same,
 * and whoever is first wins.
 * @param {string} root @param {string} folder
 */
async function build(root, folder) {
  const parent = path.dirname(folder);
  mkdirSync(parent, { recursive: true });
  const temporary = mkdtempSync(path.join(parent, '.building-'));
  try {
    const script = path.join(root, 'scripts/build-programs.mjs');
    const child = spawn(process.execPath, [script, temporary], { cwd: root, stdio: 'inherit' });
    const code = await runChild(child);
    if (code !== 0) throw new Error(`The programs could not be bundled (status ${code}); why is said above.`);
    renameSync(temporary, folder);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if (!existsSync(path.join(folder, 'main.js'))) throw error;
  }
}

/** @param {string} parent @param {string} current */
function forgetOld(parent, current) {
  const bundles = readdirSync(parent)
    .filter((name) => /^[0-9a-f]{16}$/.test(name))
    .map((name) => path.join(parent, name))
    .filter((folder) => folder !== current)
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  for (const folder of bundles.slice(KEPT - 1)) rmSync(folder, { recursive: true, force: true });
}
