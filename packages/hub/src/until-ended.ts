import type { FastifyBaseLogger } from 'fastify';

const TELL_EVERY_MS = 10_000;

/** Waits, and says from time to time for what: a process that takes long to end should tell what keeps it. */
export async function untilEnded(
  what: string,
  ending: Promise<unknown>,
  logger: Pick<FastifyBaseLogger, 'warn'>,
): Promise<void> {
  const timer = setInterval(
    () => logger.warn(`this instance ends, and still waits for ${what}`),
    TELL_EVERY_MS,
  );
  try {
    await ending;
  } finally {
    clearInterval(timer);
  }
}
