import process from 'node:process';
import { explainStartError } from '@lockkeeper/instance';
import { AgentError } from '@lockkeeper/mid-server';

/** Something that the person at the terminal can mend; the message says how. */
export class CommandProblem extends Error {
  override readonly name = 'CommandProblem';
}

/** Runs a command; what a person can mend is one readable line and status 1, anything else keeps its stack. */
export async function orExplain<T>(run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    const lines =
      error instanceof CommandProblem || error instanceof AgentError
        ? [error.message]
        : explainStartError(error, undefined);
    if (lines === undefined) throw error;
    for (const line of lines) console.error(`lockkeeper: ${line}`);
    process.exitCode = 1;
    return undefined;
  }
}
