import process from 'node:process';
import { type KeyReport, withKeyAdmin } from '@lockkeeper/instance';
import { Command } from 'commander';
import { orExplain } from './command-problem.ts';
import { ProgressLine } from './progress-line.ts';

const list = new Command('list')
  .description('show master keys and data keys, and what each of them still protects')
  .action(() =>
    orExplain(() =>
      withKeyAdmin(process.env, process.cwd(), async (admin) => {
        for (const line of describeKeys(await admin.list())) console.log(line);
      }),
    ),
  );

const rotate = new Command('rotate')
  .description(
    'make a new data key and seal every stored value anew, while instances run; goes on if interrupted',
  )
  .option('--new-master-key', 'also put a new master key into the key file and wrap the data keys under it')
  .action(({ newMasterKey = false }: { newMasterKey?: boolean }) =>
    orExplain(() =>
      withKeyAdmin(process.env, process.cwd(), async (admin) => {
        const progress = new ProgressLine();
        const done = await admin.rotate({
          newMasterKey,
          onProgress: ({ resealed, total }) => progress.show(`sealed ${resealed} of ${total} values anew`),
        });
        progress.end();
        if (done.isResumed) console.log(`went on with the rotation to ${done.dataKeyId}`);
        console.log(
          `${done.dataKeyId} is the current data key: ${counted(done.resealed, 'value')} sealed anew, ` +
            `${counted(done.rewrapped, 'data key')} wrapped under the present master key`,
        );
        for (const place of new Set(done.damaged)) {
          console.error(`lockkeeper: a value in ${place} was damaged before and stays as it is`);
        }
        console.log('Retire what nothing needs any more with: lockkeeper keys retire');
      }),
    ),
  );

const retire = new Command('retire')
  .description('delete data keys that seal nothing any more, or take a former master key out of the key file')
  .argument('[id]', 'one key (default: every data key that is not needed)')
  .action((id: string | undefined) =>
    orExplain(() =>
      withKeyAdmin(process.env, process.cwd(), async (admin) => {
        const { dataKeys, keptIn } = await admin.retire(id);
        for (const retired of dataKeys) console.log(`retired ${retired}`);
        if (keptIn !== undefined) {
          console.log(`retired ${id}; it is kept in ${keptIn}, because backups made with it need it`);
        } else if (dataKeys.length === 0) console.log('nothing to retire');
      }),
    ),
  );

export const keysCommand = new Command('keys')
  .description('list, rotate and retire the keys that stored secrets are sealed with')
  .addCommand(list)
  .addCommand(rotate)
  .addCommand(retire);

function describeKeys({ masterKeys, dataKeys, unfinished }: KeyReport): string[] {
  return [
    'Master keys',
    ...masterKeys.map((key) =>
      [
        `  ${key.id}`,
        key.isCurrent ? 'current' : 'former ',
        key.dataKeys === 0 ? 'wraps nothing' : `wraps ${counted(key.dataKeys, 'data key')}`,
        ...(key.isGiven ? [] : ['was not given!']),
      ].join('  '),
    ),
    'Data keys',
    ...dataKeys.map((key) => {
      const sealed = Object.entries(key.sealed).map(([place, values]) => `${place} ${values}`);
      return [
        `  ${key.id}`,
        key.isCurrent ? 'current' : 'former ',
        `since ${key.createdAt.toISOString()}`,
        `under ${key.keyEncryptionId}`,
        sealed.length === 0 ? 'seals nothing' : `seals ${sealed.join(', ')}`,
      ].join('  ');
    }),
    ...(unfinished
      ? [
          `The rotation to ${unfinished.dataKeyId}, begun ${unfinished.since.toISOString()}, was interrupted ` +
            `(${counted(unfinished.left, 'value')} left). Go on with: lockkeeper keys rotate`,
        ]
      : []),
  ];
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
