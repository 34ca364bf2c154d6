import process from 'node:process';
import { runUntilSignal } from '@lockkeeper/instance/run-until-signal';
import {
  enrolMidServer,
  jsonLogger,
  type MidServerConfig,
  midServerConfigFrom,
  midServerFingerprint,
  runMidServer,
} from '@lockkeeper/mid-server';
import { Command } from 'commander';
import { orExplain } from './command-problem.ts';

const dataOption = ['--data <folder>', "the agent's own folder (default: LOCKKEEPER_MID_DATA)"] as const;

interface DataOption {
  data?: string;
}

function configFor({ data }: DataOption): MidServerConfig {
  return midServerConfigFrom(
    data === undefined ? process.env : { ...process.env, LOCKKEEPER_MID_DATA: data },
  );
}

const enrol = new Command('enrol')
  .description('make the keys of this MID Server and introduce it to an instance')
  .requiredOption('--instance <url>', 'address of the instance')
  .requiredOption('--token <token>', 'one-time token from MID Servers > Enrolment')
  .option('--name <name>', "how it is called there (default: this host's name)")
  .option(...dataOption)
  .action((options: DataOption & { instance: string; token: string; name?: string }) =>
    orExplain(async () => {
      const { instance: instanceUrl, token, name } = options;
      const enrolled = await enrolMidServer({ ...configFor(options), instanceUrl, token, name });
      console.log(
        `Enrolled as ${enrolled.name} (${enrolled.midServerId}). Fingerprint:\n${enrolled.fingerprint}`,
      );
    }),
  );

const run = new Command('run')
  .description('connect to the instance and make calls for it')
  .option(...dataOption)
  .action((options: DataOption) =>
    runUntilSignal(
      orExplain(async () => {
        const config = configFor(options);
        return runMidServer(config, jsonLogger(config.logLevel));
      }),
    ),
  );

const fingerprint = new Command('fingerprint')
  .description('show what an administrator compares before pressing Validate')
  .option(...dataOption)
  .action((options: DataOption) =>
    orExplain(async () => console.log(await midServerFingerprint(configFor(options).dataFolder))),
  );

export const midServerCommand = new Command('mid-server')
  .description('the agent that makes the calls to your tools')
  .addCommand(enrol)
  .addCommand(run)
  .addCommand(fingerprint);
