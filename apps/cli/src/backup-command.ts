import process from 'node:process';
import { makeBackup, type RestoredToken, restoreFromBackup, showRestoredTokens } from '@lockkeeper/instance';
import { Command } from 'commander';
import { CommandProblem, orExplain } from './command-problem.ts';
import { ProgressLine } from './progress-line.ts';

const place = () => [process.env, process.cwd()] as const;

export const backupCommand = new Command('backup')
  .description('write everything into one encrypted file, while instances run')
  .requiredOption('--out <file>', 'where to; must not exist yet')
  .action(({ out }: { out: string }) =>
    orExplain(async () => {
      const progress = new ProgressLine();
      const { rows, schema } = await makeBackup(place(), out, ({ table, rows: count }) =>
        progress.show(`${table}: ${count} rows`),
      );
      progress.end();
      console.log(`${out}: ${sum(rows)} rows of ${Object.keys(rows).length} tables, schema ${schema}`);
      console.log('It opens with the master key only. Keep that apart from it.');
    }),
  );

export const restoreCommand = new Command('restore')
  .description('fill an empty database from a backup, all of it or nothing')
  .option('--from <file>', 'the backup')
  .option('--drill', 'use no token afterwards: for a trial while the other installation lives on')
  .option('--report', 'show what became of the tokens of the last restore')
  .action(({ from, drill = false, report }: { from?: string; drill?: boolean; report?: boolean }) =>
    orExplain(async () => {
      if (report) return showReport();
      if (from === undefined) throw new CommandProblem('Say which backup: lockkeeper restore --from FILE');
      const progress = new ProgressLine();
      const { manifest, rows, tokens } = await restoreFromBackup(place(), from, {
        isDrill: drill,
        onProgress: ({ table, rows: count }) => progress.show(`${table}: ${count} rows`),
      });
      progress.end();
      console.log(
        `restored ${sum(rows)} rows of ${Object.keys(rows).length} tables, made ${manifest.madeAt}`,
      );
      showTokens(tokens, drill);
      console.log('Everybody is signed out. People, API keys and MID Servers have the rights they had then.');
    }),
  );

async function showReport(): Promise<void> {
  const { madeAt, tokens } = await showRestoredTokens(place());
  console.log(`Restored from the backup of ${madeAt}:`);
  for (const line of tokens.map(describe)) console.log(line);
}

function showTokens(tokens: readonly RestoredToken[], isDrill: boolean): void {
  if (tokens.length === 0) return;
  console.log(
    isDrill
      ? 'These credentials need Get OAuth Token before they are used, because this is a drill:'
      : 'The refresh tokens of these credentials may have been replaced since. Each is tried when an instance starts; ' +
          'one that the provider refuses needs Get OAuth Token (lockkeeper restore --report shows which):',
  );
  for (const line of tokens.map(describe)) console.log(line);
}

function describe({ name, registry, state, issuedAt, problem }: RestoredToken): string {
  const since = issuedAt ? `  token of ${issuedAt.toISOString()}` : '';
  const why = problem === undefined ? '' : `\n      ${problem}`;
  return `  ${name} (${registry})  ${state}${since}${why}`;
}

function sum(rows: Readonly<Record<string, number>>): number {
  return Object.values(rows).reduce((total, count) => total + count, 0);
}
