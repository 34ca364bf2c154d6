import type { FastifyBaseLogger } from 'fastify';
import type { Db } from './database.ts';
import { DatabaseClock, databaseTime, NOTABLE_SKEW_MS } from './database-clock.ts';

/** The clock of a hub, synchronised before anything asks it. Whoever starts it stops it. */
export async function startClock(db: Db, logger: FastifyBaseLogger): Promise<DatabaseClock> {
  const clock = new DatabaseClock({ ask: () => databaseTime(db), onSkew: (skewMs) => warn(skewMs, logger) });
  // The first question opens the connection, which takes several times as long as the answer.
  await clock.synchronise();
  await clock.synchronise();
  clock.start();
  return clock;
}

function warn(skewMs: number, logger: FastifyBaseLogger): void {
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  if (Math.abs(skewMs) <= NOTABLE_SKEW_MS) {
    logger.info({ skewMs }, "this machine's clock agrees with the database's again");
    return;
  }
  logger.warn(
    { skewMs },
    `this machine's clock is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} the database's. Tokens, keys and leases ` +
      "go by the database's, so nothing is lost; set the clock right all the same (docs/operations.md, Clocks)",
  );
}
