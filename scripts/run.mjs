// `npm start`, `npm test` and the other commands begin here, under whatever Node is installed (20 or newer):
// install what is missing, then run the command under the pinned Node.
import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { findNode, installPackages, needsInstall } from './bootstrap.mjs';
import { nodeOptions } from './node-options.mjs';
import { runChild } from './run-child.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** What each command runs under the pinned Node. @type {Record<string, string[]>} */
const commands = {
  start: ['scripts/start.ts'],
  test: ['scripts/test.ts'],
  check: ['scripts/check.ts'],
  bench: ['bench/main.ts'],
  torture: ['torture/main.ts'],
  lockkeeper: ['scripts/lockkeeper.mjs'],
};

process.exitCode = await main(process.argv.slice(2));

/** @param {string[]} args */
async function main([name = '', ...args]) {
  const command = commands[name];
  if (!command) {
    console.error(`usage: node scripts/run.mjs <${Object.keys(commands).join('|')}> [arguments]`);
    return 2;
  }
  if (needsInstall(root)) {
    const started = Date.now();
    console.error('[bootstrap] installing the locked packages with npm ci (once, about 200 MB on disk) …');
    const code = await installPackages(root);
    if (code !== 0) {
      console.error('[bootstrap] npm ci failed; its message is above. Is the package registry reachable?');
      return code;
    }
    console.error(`[bootstrap] packages installed in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  }
  const found = findNode({
    root,
    platform: process.platform,
    arch: process.arch,
    installed: { path: process.execPath, version: process.version },
  });
  if ('problem' in found) {
    console.error(`[bootstrap] ${found.problem}`);
    return 1;
  }
  const script = command.map((file) => path.join(root, file));
  // The channel tells the child that we are gone even if nothing could be said any more (kill -9).
  const isProduct = name === 'start' || name === 'lockkeeper';
  return runChild(
    spawn(found.node, [...(isProduct ? nodeOptions : []), ...script, ...args], {
      stdio: isProduct ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit',
      // `lockkeeper` is about files of the person who calls it; everything else is about this project.
      cwd: name === 'lockkeeper' ? (process.env.INIT_CWD ?? process.cwd()) : root,
      env: {
        ...process.env,
        PATH: `${path.dirname(found.node)}${path.delimiter}${process.env.PATH ?? ''}`,
      },
    }),
  );
}
