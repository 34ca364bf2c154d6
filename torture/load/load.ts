import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random.ts';
import type { OperationKind } from './operation.ts';
import type { Operations } from './operations.ts';

const WORKERS = 6;
const weights: Readonly<Record<OperationKind, number>> = {
  hand_out: 60,
  refresh: 8,
  consent: 8,
  revoke: 1,
  create: 4,
  patch: 8,
  delete: 2,
  enrolment: 4,
};

/** A mixed load that goes on, whatever is killed, until it is told to stop. */
export function startLoad(operations: Operations, random: Random): { stop(): Promise<void> } {
  let isStopped = false;
  const work = async (chance: Random) => {
    while (!isStopped) {
      await operations.run(chance.pick(weights));
      await sleep(chance.between(10, 60));
    }
  };
  const workers = Array.from({ length: WORKERS }, (_, index) => work(random.fork(`worker ${index}`)));
  return {
    async stop() {
      isStopped = true;
      await Promise.all(workers);
    },
  };
}
