import process from 'node:process';
import { CommandProblem } from '../../command-problem.ts';

const [bold, dim, plain] = process.stdout.isTTY ? ['\x1b[1m', '\x1b[2m', '\x1b[0m'] : ['', '', ''];

/** Runs one step of the walkthrough and says what it did and how long it took. */
export async function step<T>(
  label: string,
  run: () => Promise<T>,
  tell?: (result: T) => string,
): Promise<T> {
  const started = performance.now();
  try {
    const result = await run();
    const said = tell ? `  ${dim}${tell(result)}${plain}` : '';
    console.log(`  ✓ ${label} ${dim}(${Math.round(performance.now() - started)} ms)${plain}${said}`);
    return result;
  } catch (error) {
    console.log(`  ✗ ${bold}${label}${plain} ${dim}(${Math.round(performance.now() - started)} ms)${plain}`);
    if (error instanceof CommandProblem) throw error;
    // What went wrong is a step of the walkthrough; where in our code matters to nobody who watches.
    throw new CommandProblem(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
