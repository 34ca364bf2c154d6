import process from 'node:process';

/**
 * Who asked for a token waits for another instance for at most 20 s, then it may be on its way for 15 s, and a database
 * that restarts is waited for until the 30th second: until it is stored, the provider's answer exists nowhere but here.
 */
const stopTimeoutMs = 45_000;

/**
 * Runs what is starting until the process is told to end: by SIGINT, SIGTERM or SIGHUP, or because the program that
 * started it over a channel is gone, for example killed. A second signal does not make the end less orderly, and one
 * that comes during the start ends what was started when it is.
 * @param starting undefined when the start failed and was explained; `process.exitCode` is set then
 */
export async function runUntilSignal(
  starting: Promise<{ stop(): Promise<void> } | undefined>,
): Promise<void> {
  const end = once(async () => {
    setTimeout(() => {
      console.error(`Ended without order: stopping took longer than ${stopTimeoutMs / 1000} s`);
      process.exit(1);
    }, stopTimeoutMs).unref();
    const started = await starting;
    await started?.stop();
    process.exit();
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  if (process.connected) process.on('disconnect', end);
  // With nothing running, the channel alone would keep the process.
  if ((await starting) === undefined) process.exit();
}

function once(run: () => Promise<void>): () => void {
  let running = false;
  return () => {
    if (running) return;
    running = true;
    run().catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
  };
}
