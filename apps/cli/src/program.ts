import { Command } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { adminCommand } from './admin-command.ts';
import { auditCommand } from './audit-command.ts';
import { demoCommand } from './demo/demo-command.ts';
import { midServerCommand } from './mid-server-command.ts';
import { sandboxCommand } from './sandbox-command.ts';
import { startCommand } from './start-command.ts';

/** The `lockkeeper` command: a thin layer that starts the programs and talks to them. */
export const program = new Command('lockkeeper')
  .description("Holds an organisation's OAuth credentials for its development tools and puts them to use")
  .version(packageJson.version)
  .showHelpAfterError()
  .addCommand(startCommand)
  .addCommand(midServerCommand)
  .addCommand(sandboxCommand)
  .addCommand(adminCommand)
  .addCommand(auditCommand)
  .addCommand(demoCommand);
