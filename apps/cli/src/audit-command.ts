import process from 'node:process';
import { withAccessAdmin } from '@lockkeeper/instance';
import { Command, InvalidArgumentError } from 'commander';
import { CommandProblem, orExplain } from './command-problem.ts';

interface Checkpoint {
  sequence: number;
  hash: string;
}

const faults = {
  changed: 'was changed after it was written',
  missing: 'is missing',
  unchained: 'does not follow from the entry before it',
  beyond_end: 'is not accounted for by the end of the chain',
  checkpoint: 'is not the one that the checkpoint was taken from',
} as const;

const verify = new Command('verify')
  .description('walk the hash chain of the audit log and name the first entry that is wrong')
  .option(
    '--checkpoint <sequence:hash>',
    'what an earlier run printed, kept elsewhere: shows whether the newest entries were cut off',
    parseCheckpoint,
  )
  .action(({ checkpoint }: { checkpoint?: Checkpoint }) =>
    orExplain(async () => {
      const verdict = await withAccessAdmin(process.env, process.cwd(), (admin) =>
        admin.verifyAuditLog(checkpoint === undefined ? {} : { checkpoint }),
      );
      if (!verdict.intact) {
        const id = verdict.id === null ? '' : ` (${verdict.id})`;
        throw new CommandProblem(`Audit entry ${verdict.sequence}${id} ${faults[verdict.reason]}.`);
      }
      console.log(`${verdict.entries} audit entries, none changed, none missing.`);
      console.log(`checkpoint ${verdict.end.sequence}:${verdict.end.hash}`);
    }),
  );

export const auditCommand = new Command('audit').description('the audit log').addCommand(verify);

function parseCheckpoint(text: string): Checkpoint {
  const [, sequence, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (sequence === undefined || hash === undefined) {
    throw new InvalidArgumentError('It looks like 42:6b86b2…, as `lockkeeper audit verify` prints it.');
  }
  return { sequence: Number(sequence), hash };
}
