import process from 'node:process';
import { runInstance } from './run-instance.ts';
import { runUntilSignal } from './run-until-signal.ts';

await runUntilSignal(runInstance(process.env, process.cwd()));
