import path from 'node:path';
import process from 'node:process';
import { root } from './step.ts';
import { buildWebBundle } from './web-bundle.ts';

/** `npm start` is `lockkeeper demo` on pages that are up to date. */
await buildWebBundle();
const { runProgram } = await import(path.join(root, 'apps/cli/src/program.ts'));
await runProgram(['demo', ...process.argv.slice(2)]);
