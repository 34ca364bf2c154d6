import { parseArgs } from 'node:util';
import { AgentError } from './agent-error.ts';
import { midServerConfigFrom } from './config.ts';
import { enrolMidServer, midServerFingerprint } from './enrol.ts';
import { jsonLogger } from './logger.ts';
import { runMidServer } from './run.ts';

const usage = `lockkeeper mid-server <command>
  enrol --instance URL --token TOKEN [--name NAME] [--data FOLDER]
  fingerprint [--data FOLDER]
  run [--data FOLDER]`;

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      instance: { type: 'string' },
      token: { type: 'string' },
      name: { type: 'string' },
      data: { type: 'string' },
    },
  });
  const dataFromArgument = values.data === undefined ? {} : { LOCKKEEPER_MID_DATA: values.data };
  const config = midServerConfigFrom({ ...process.env, ...dataFromArgument });
  const [command] = positionals;
  if (command === 'enrol') {
    const { instance, token, name } = values;
    if (instance === undefined || token === undefined) throw new AgentError(usage);
    const enrolled = await enrolMidServer({ ...config, instanceUrl: instance, token, name });
    console.log(
      `Enrolled as ${enrolled.name} (${enrolled.midServerId}). Fingerprint:\n${enrolled.fingerprint}`,
    );
  } else if (command === 'fingerprint') {
    console.log(await midServerFingerprint(config.dataFolder));
  } else if (command === 'run') {
    const agent = await runMidServer(config, jsonLogger(config.logLevel));
    const stop = () => void agent.stop().then(() => process.exit(0));
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
  } else {
    throw new AgentError(usage);
  }
}

main().catch((error: unknown) => {
  // A fault that nobody at this host can mend keeps its stack; everything else is one line.
  console.error(error instanceof AgentError ? error.message : error);
  process.exitCode = 1;
});
