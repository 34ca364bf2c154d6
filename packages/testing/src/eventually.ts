import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Tries until the assertion holds, for things that happen in another process or on another connection.
 * @throws the last failure when the deadline has passed
 */
export async function eventually<T>(attempt: () => T | Promise<T>, timeoutMs = 10_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await sleep(10);
  }
}
