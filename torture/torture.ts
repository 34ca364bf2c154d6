import { execFile } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { verifyAuditLog } from '../packages/hub/src/access/verify-audit-log.ts';
import { blows } from './blows.ts';
import { Executioner } from './executioner.ts';
import { gather } from './gather.ts';
import { startLoad } from './load/load.ts';
import type { Operation } from './load/operation.ts';
import { Operations } from './load/operations.ts';
import { setUp } from './load/set-up.ts';
import { createRandom } from './random.ts';
import { type Report, report } from './report.ts';
import { settle } from './settle.ts';
import { keepTokenHistory } from './token-history.ts';
import type { Evidence, Finding } from './verdict/evidence.ts';
import { createWorld, type World } from './world.ts';

const INSTANCES = 2;
const CREDENTIALS = 40;
const ACCESS_TOKEN_LIFE_MS = 10_000;
const VERIFY_AFTER_KILLS = 100;
const cli = fileURLToPath(new URL('../apps/cli/src/main.ts', import.meta.url));

export interface TortureOptions {
  readonly kills: number;
  readonly seed: number;
  readonly say: (line: string) => void;
  /** Keeps the folder with the evidence. */
  readonly onEvidence?: (evidence: Evidence) => void;
}

/** Starts everything, kills it again and again under load, lets it come to rest, and judges. */
export async function torture({ kills, seed, say, onEvidence }: TortureOptions): Promise<Report> {
  const random = createRandom(seed);
  const startedAtMs = Date.now();
  const world = await createWorld({ instances: INSTANCES, accessTokenLifeMs: ACCESS_TOKEN_LIFE_MS, seed });
  try {
    const operations: Operation[] = [];
    const prepared = await setUp(world, CREDENTIALS, random.fork('set-up'));
    await keepTokenHistory(world.database.db);
    const { providerOrigin } = world;
    const caller = new Operations({
      setUp: prepared,
      providerOrigin,
      random: random.fork('load'),
      log: operations,
    });
    for (const { id } of prepared.credentials) await caller.consentFirst(id);
    say(`${prepared.credentials.length} credentials with tokens; ${kills} kills, seed ${seed}`);

    const load = startLoad(caller, random.fork('workers'));
    const executioner = new Executioner(world);
    const audit = { verifications: 0, entries: 0, faults: [] as Finding[] };
    let verifiedAfter = 0;
    for (const blow of blows(random.fork('blows'))) {
      if (executioner.killed >= kills) break;
      await executioner.deal(blow);
      if (executioner.killed - verifiedAfter >= VERIFY_AFTER_KILLS) {
        verifiedAfter = executioner.killed;
        await verify(world, audit);
        say(
          `${executioner.killed} kills, ${operations.filter(({ acked }) => acked).length} operations acknowledged`,
        );
      }
    }
    await load.stop();
    await executioner.settle();
    await settle(world);
    await verifyByCommand(world, audit);
    await verify(world, audit);
    const evidence = await gather(world, executioner, operations);
    onEvidence?.(evidence);
    const unexpected = [world.provider, world.databaseLauncher, ...world.instances].flatMap(
      (each) => each.unexpected,
    );
    const seconds = Math.round((Date.now() - startedAtMs) / 1000);
    return report(evidence, executioner, { seed, seconds, audit, unexpected });
  } finally {
    await world.close();
  }
}

interface AuditChecks {
  verifications: number;
  entries: number;
  faults: Finding[];
}

/** Beside everything else, and the database may be away at this moment. */
async function verify({ database: { db } }: World, checks: AuditChecks): Promise<void> {
  const verdict = await verifyAuditLog(db).catch(() => undefined);
  if (verdict === undefined) return;
  checks.verifications++;
  if (verdict.intact) checks.entries = verdict.entries;
  else checks.faults.push({ what: verdict.reason, detail: JSON.stringify(verdict) });
}

/** What an operator would type. */
async function verifyByCommand({ environment, folder }: World, checks: AuditChecks): Promise<void> {
  const env = { ...environment, PATH: process.env.PATH };
  try {
    await promisify(execFile)(process.execPath, [cli, 'audit', 'verify'], { env, cwd: folder });
  } catch (error) {
    checks.faults.push({ what: 'lockkeeper audit verify', detail: String(error) });
  }
}
