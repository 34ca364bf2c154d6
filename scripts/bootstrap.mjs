// Brings the pinned Node and the locked packages to a machine that has any Node from 20 on.
// Plain JavaScript, because the Node that reads this file may not know TypeScript.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { runChild } from './run-child.mjs';

/**
 * True when the packages were never installed completely, or the lock file changed since.
 * npm writes `node_modules/.package-lock.json` last, so an interrupted installation counts as none.
 * @param {string} root
 */
export function needsInstall(root) {
  const installed = path.join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return true;
  return statSync(installed).mtimeMs < statSync(path.join(root, 'package-lock.json')).mtimeMs;
}

/**
 * Installs exactly what the lock file says; no script of any package runs.
 * @param {string} root
 * @returns {Promise<number>} the exit code of npm
 */
export async function installPackages(root) {
  // Warnings about the installed Node would be wrong: the packages run under the pinned one.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  // Under `npm start`, the npm that runs us is used again, by path: the PATH may hold another one.
  const npm = process.env.npm_execpath;
  if (npm?.endsWith('.js')) return runChild(spawn(process.execPath, [npm, ...args], inRoot(root)));
  return runChild(spawn('npm', args, { ...inRoot(root), shell: process.platform === 'win32' }));
}

/** @param {string} root @returns {import('node:child_process').SpawnOptions} */
function inRoot(root) {
  return { cwd: root, stdio: 'inherit' };
}

/**
 * The Node binary to use: the pinned one of this platform, else the installed one if it is new enough.
 * @param {{ root: string, platform: string, arch: string, installed: { path: string, version: string } }} from
 * @returns {{ node: string } | { problem: string }}
 */
export function findNode({ root, platform, arch, installed }) {
  const os = platform === 'win32' ? 'win' : platform;
  const folder = path.join(root, 'node_modules', `node-${os}-${arch}`);
  const node = path.join(folder, 'bin', platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(node)) return { node };
  const { engines } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  if (satisfies(installed.version, engines.node)) return { node: installed.path };
  return {
    problem:
      `Lockkeeper needs Node ${engines.node}; this is Node ${installed.version}, and npm has no Node package ` +
      `for ${platform} on ${arch}. Install Node 24 (https://nodejs.org) and try again.`,
  };
}

/**
 * Understands the one form of range that our package.json uses: `>=major.minor`.
 * @param {string} version
 * @param {string} range
 */
export function satisfies(version, range) {
  const wanted = /^>=(\d+)\.(\d+)/.exec(range);
  const has = /^v?(\d+)\.(\d+)/.exec(version);
  if (!wanted || !has) throw new Error(`engines.node must look like >=22.19, not ${range}`);
  const [major, minor] = [Number(has[1]), Number(has[2])];
  return major > Number(wanted[1]) || (major === Number(wanted[1]) && minor >= Number(wanted[2]));
}
