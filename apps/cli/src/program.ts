import { Command } from 'commander';
import packageJson from '../package.json' with { type: 'json' };

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./start-command.ts')).startCommand,
  'mid-server': async () => (await import('./mid-server-command.ts')).midServerCommand,
  sandbox: async () => (await import('./sandbox-command.ts')).sandboxCommand,
  admin: async () => (await import('./admin-command.ts')).adminCommand,
  audit: async () => (await import('./audit-command.ts')).auditCommand,
  keys: async () => (await import('./keys-command.ts')).keysCommand,
  backup: async () => (await import('./backup-command.ts')).backupCommand,
  restore: async () => (await import('./backup-command.ts')).restoreCommand,
  demo: async () => (await import('./demo/demo-command.ts')).demoCommand,
};

/**
 * The `lockkeeper` command: a thin layer that starts the programs and talks to them. Only the command that is asked
 * for is loaded: an agent's process holds nothing of an instance.
 * @param args what follows `lockkeeper`
 */
export async function runProgram(args: readonly string[]): Promise<void> {
  const asked = commands[args[0] ?? ''];
  const loaded = await Promise.all((asked ? [asked] : Object.values(commands)).map((load) => load()));
  const program = new Command('lockkeeper')
    .description("Holds an organisation's OAuth credentials for its development tools and puts them to use")
    .version(packageJson.version)
    .showHelpAfterError();
  for (const command of loaded) program.addCommand(command);
  await program.parseAsync(args, { from: 'user' });
}
