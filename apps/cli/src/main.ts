#!/usr/bin/env node
import process from 'node:process';
import { useBundle } from './bundle.ts';

// Before anything else is loaded.
if (import.meta.filename.endsWith('.js')) useBundle(import.meta.dirname);
const { runProgram } = await import('./program.ts');
await runProgram(process.argv.slice(2));
