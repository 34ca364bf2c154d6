// `node scripts/build-programs.mjs FOLDER`: bundles the `lockkeeper` command, with every program it starts, into FOLDER.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { rolldown } from 'rolldown';

const root = path.dirname(import.meta.dirname);
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node scripts/build-programs.mjs FOLDER');

const bundle = await rolldown({
  cwd: root,
  input: { main: 'apps/cli/src/main.ts' },
  platform: 'node',
  // Compiled extras that our dependencies use if they are there.
  external: ['pg-native', 'bufferutil', 'utf-8-validate'],
});
try {
  await bundle.write({
    dir: folder,
    format: 'esm',
    // One folder without names of packages: files find each other, and what lies beside them, by `import.meta`.
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    // Not shortened: a stack shows the names of the sources. Maps say where in them.
    sourcemap: true,
    sourcemapExcludeSources: true,
    sourcemapPathTransform: (source, map) =>
      path.relative(root, path.resolve(path.dirname(map), source)).replaceAll('\\', '/'),
    comments: { legal: true, jsdoc: false, annotation: false },
  });
} finally {
  await bundle.close();
}
writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest(), undefined, 2)}\n`);

/** Of the package that the folder is. What lies in the bundle is no dependency of it. */
function manifest() {
  const read = (/** @type {string} */ file) => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
  const { name, version, license } = read('apps/cli/package.json');
  const { description, engines } = read('package.json');
  const { optionalDependencies } = read('packages/hub/package.json');
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    bin: { lockkeeper: 'main.js' },
    engines,
    optionalDependencies,
  };
}
