import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');
const packed = path.join(root, 'node_modules/@sparticuz/chromium');

export interface Chromium {
  executablePath: string;
  env: Record<string, string>;
}

/** Where other platforms usually keep a Chrome or a Chromium. */
const usualPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/**
 * A Chromium to test with: the one at CHROMIUM_PATH, else the one inside the registry package (Linux x64),
 * else an installed one.
 * @throws when there is none, saying what to do
 */
export async function findChromium(): Promise<Chromium> {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen) {
    if (!existsSync(chosen)) throw new Error(`CHROMIUM_PATH is ${chosen}, and there is no such file`);
    return { executablePath: chosen, env: {} };
  }
  if (process.platform === 'linux' && process.arch === 'x64' && existsSync(packed)) return unpacked();
  const installed = usualPlaces.find((place) => existsSync(place));
  if (installed) return { executablePath: installed, env: {} };
  throw new Error(
    'The browser tests need Chrome or Chromium. Install one, or set CHROMIUM_PATH to its executable file.',
  );
}

/** A folder of its own per version: the package would reuse any `chromium` it finds in TMPDIR. */
async function unpacked(): Promise<Chromium> {
  const { version } = JSON.parse(readFileSync(path.join(packed, 'package.json'), 'utf8')) as {
    version: string;
  };
  const cache = path.join(root, 'node_modules/.cache');
  const folder = path.join(cache, `chromium-${version}`);
  if (!existsSync(folder)) await unpackInto(folder, cache);
  const executablePath = path.join(folder, 'chromium');
  const withLibraries = { LD_LIBRARY_PATH: path.join(folder, 'al2023/lib') };
  // The package brings NSS for machines without it; where the machine has its own, that one is newer.
  const env = (await starts(executablePath, {})) ? {} : withLibraries;
  return { executablePath, env };
}

/** Two test workers may unpack at once: each into a folder of its own, and whoever renames first wins. */
async function unpackInto(folder: string, cache: string): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const temporary = mkdtempSync(path.join(cache, 'chromium-'));
  const before = process.env.TMPDIR;
  process.env.TMPDIR = temporary;
  try {
    const { inflate } = await import('@sparticuz/chromium');
    for (const file of ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br']) {
      await inflate(path.join(packed, 'bin', file));
    }
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
  try {
    renameSync(temporary, folder);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

async function starts(file: string, env: Record<string, string>): Promise<boolean> {
  try {
    await run(file, ['--version'], { env: { ...process.env, ...env }, timeout: 15_000 });
    return true;
  } catch {
    return false;
  }
}
