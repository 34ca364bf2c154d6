import { writeFileSync } from 'node:fs';
import inspector from 'node:inspector';
import process from 'node:process';

/** Says what would show the memory of the process, and with it the keys, to whoever asks. */
export class UnsafeProcess extends Error {
  override readonly name = 'UnsafeProcess';
}

const masterKeyVariables = ['LOCKKEEPER_MASTER_KEY', 'LOCKKEEPER_PREVIOUS_MASTER_KEYS'];
const revealing = /^--(inspect|heapsnapshot|heap-prof|abort-on-uncaught-exception|report-)/;

/**
 * Keeps the keys inside this process: no core dump holds its memory, no report its environment, no child inherits the
 * master key, and nobody attaches a debugger by a signal.
 *
 * @param publicUrl a debugger is for http on the developer's own machine only
 * @throws UnsafeProcess
 */
export function hardenProcess(publicUrl: URL, variables: NodeJS.ProcessEnv = process.env): void {
  if (publicUrl.protocol === 'https:') refuseRevealingOptions();
  // What reads SIGUSR1 no longer opens the debugger. Windows has no such signal.
  if (process.platform !== 'win32') process.on('SIGUSR1', () => {});
  if (process.report) process.report.excludeEnv = true;
  for (const name of masterKeyVariables) delete variables[name];
  try {
    // core(5): no kind of mapping is dumped. Children inherit it.
    writeFileSync('/proc/self/coredump_filter', '0');
  } catch {
    // Not Linux, or a container that forbids it; the guide names ulimit -c 0.
  }
}

/** The environment for a child process that has no business with keys. */
export function withoutMasterKeys(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !masterKeyVariables.includes(name)));
}

function refuseRevealingOptions(): void {
  const options = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)];
  const option = options.find((text) => revealing.test(text)) ?? (inspector.url() && '--inspect');
  if (option === undefined) return;
  throw new UnsafeProcess(
    `Node was started with ${option.split('=')[0]}, which shows keys from memory. ` +
      'Start it without, or with a public address http://localhost for development.',
  );
}
