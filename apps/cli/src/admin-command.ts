import process from 'node:process';
import { type Role, role } from '@lockkeeper/contract';
import { withAccessAdmin } from '@lockkeeper/instance';
import { Command, Option } from 'commander';
import { CommandProblem, orExplain } from './command-problem.ts';

const createApiKey = new Command('create-api-key')
  .description('make an API key; it is printed once and never again')
  .requiredOption('--name <name>', 'what the key is for')
  .addOption(new Option('--role <role>', 'what it may do').choices(role.options).makeOptionMandatory())
  .option('--expires-in-hours <hours>', 'when it ends by itself (default: never)', Number)
  .action(({ name, role: chosen, expiresInHours }: { name: string; role: Role; expiresInHours?: number }) =>
    orExplain(async () => {
      const expiresAt = expiresInHours === undefined ? null : hoursFromNow(expiresInHours);
      const { key } = await withAccessAdmin(process.env, process.cwd(), (admin) =>
        admin.createApiKey({ name, roles: [chosen], toolIds: [], mayWrite: false, expiresAt }),
      );
      console.log(key);
    }),
  );

const setupLink = new Command('setup-link')
  .description('make the one-time link for the first administrator; the one before stops working')
  .action(() =>
    orExplain(async () => {
      const link = await withAccessAdmin(process.env, process.cwd(), (admin) => admin.createSetupLink());
      if (!link)
        throw new CommandProblem(
          'There is an administrator already. Sign in, and invite others under Users.',
        );
      console.log(link.url);
    }),
  );

export const adminCommand = new Command('admin')
  .description('what whoever has the data folder may do without signing in')
  .addCommand(createApiKey)
  .addCommand(setupLink);

function hoursFromNow(hours: number): string {
  return new Date(Date.now() + hours * 60 * 60 * 1000).toISOString();
}
