import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { programBundle } from './program-bundle.mjs';
import { buildWebBundle } from './web-bundle.ts';

/** `npm start` is `lockkeeper demo` on pages and programs that are up to date. */
await buildWebBundle();
process.argv.splice(2, 0, 'demo');
await import(pathToFileURL(await programBundle()).href);
