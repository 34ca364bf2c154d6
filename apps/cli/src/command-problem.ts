import process from 'node:process';

/** Something that the person at the terminal can mend; the message says how. */
export class CommandProblem extends Error {
  override readonly name = 'CommandProblem';
}

/** Runs a command; what a person can mend is one readable line and status 1, anything else keeps its stack. */
export async function orExplain<T>(run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    const lines = await explain(error);
    if (lines === undefined) throw error;
    for (const line of lines) console.error(`lockkeeper: ${line}`);
    process.exitCode = 1;
    return undefined;
  }
}

async function explain(error: unknown): Promise<readonly string[] | undefined> {
  if (error instanceof CommandProblem) return [error.message];
  // Loaded only now: a command loads the programs that it starts, and no other.
  const { AgentError } = await import('@lockkeeper/mid-server');
  if (error instanceof AgentError) return [error.message];
  const { explainStartError } = await import('@lockkeeper/instance');
  return explainStartError(error, undefined);
}
