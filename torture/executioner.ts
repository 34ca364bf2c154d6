import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { findServer } from '../packages/hub/src/db/embedded-postgres/processes.ts';
import type { Blow } from './blows.ts';
import type { ProviderRecord } from './provider/provider-record.ts';
import { endLeases } from './token-history.ts';
import type { Instance, World } from './world.ts';

const AIM_AT_MOST_MS = 5000;
/** Until there is something to strike, however busy the machine: a run takes longer there, and proves the same. */
const WAIT_FOR_TARGET_MS = 120_000;
const WAIT_EARLY_MS = 200;
const LOOK_EVERY_MS = 3;

/** When the database was away, as far as anybody could notice. */
export interface Outage {
  readonly fromMs: number;
  toMs: number;
}

/** Deals the blows. */
export class Executioner {
  readonly kills = { instance: 0, database: 0, provider: 0 };
  readonly outages: Outage[] = [];
  stops = 0;
  terminations = 0;
  /** Kills that hit the moment they were aimed at. */
  aimed = 0;
  readonly #world: World;
  readonly #loose = new Set<Promise<void>>();

  constructor(world: World) {
    this.#world = world;
  }

  get killed(): number {
    const { instance, database, provider } = this.kills;
    return instance + database + provider;
  }

  async deal(blow: Blow): Promise<void> {
    await sleep(blow.afterMs);
    const instance = this.#instanceOf(blow);
    await this.#untilThere(blow, instance);
    const moment = blow.aim === 'any' ? undefined : await this.#moment(blow.aim);
    if (moment !== undefined) await sleep(blow.lateMs);
    const victim = this.#senderOf(moment) ?? instance;
    const hit = this.#strike(blow, victim);
    if (hit && moment !== undefined) this.aimed++;
  }

  /** Resolves when what goes on after a blow is over: stopped processes run again, the database is there. */
  async settle(): Promise<void> {
    await Promise.all(this.#loose);
  }

  #strike(blow: Blow, instance: Instance): boolean {
    switch (blow.target) {
      case 'database':
        return this.#strikeDatabase(blow.isWhole);
      case 'provider':
        if (!this.#world.provider.signal('SIGKILL')) return false;
        this.kills.provider++;
        return true;
      case 'instance':
        return this.#strikeInstance(blow, instance);
    }
  }

  #strikeInstance({ how, stopMs, isPastLease }: Blow, instance: Instance): boolean {
    if (instance.life === undefined || instance.life.told !== undefined) return false;
    if (how === 'stop') {
      if (!instance.isReady) return false;
      instance.signal('SIGSTOP');
      this.stops++;
      this.#letLoose(this.#resume(instance, stopMs, isPastLease));
      return true;
    }
    if (!instance.signal(how === 'kill' ? 'SIGKILL' : 'SIGTERM')) return false;
    if (how === 'kill') this.kills.instance++;
    else this.terminations++;
    return true;
  }

  #strikeDatabase(isWhole: boolean): boolean {
    const pid = findServer(this.#world.databaseCluster);
    if (pid === undefined) return false;
    const outage = { fromMs: Date.now(), toMs: Number.POSITIVE_INFINITY };
    process.kill(isWhole ? -pid : pid, 'SIGKILL');
    this.kills.database++;
    this.outages.push(outage);
    this.#letLoose(this.#untilDatabaseAnswers(outage));
    return true;
  }

  async #resume(instance: Instance, afterMs: number, isPastLease: boolean): Promise<void> {
    const { pid } = instance.life ?? {};
    const stoppedAtMs = Date.now();
    await sleep(afterMs / 2);
    if (isPastLease) {
      await endLeases(this.#world.database.db, instance.name.replace(' ', '-'), stoppedAtMs).catch(() => {});
    }
    await sleep(afterMs / 2);
    if (instance.life?.pid === pid) instance.signal('SIGCONT');
  }

  async #untilDatabaseAnswers(outage: Outage): Promise<void> {
    for (;;) {
      await sleep(50);
      const isThere = await sql`select 1`.execute(this.#world.database.db).then(
        () => true,
        () => false,
      );
      if (isThere) break;
    }
    outage.toMs = Date.now();
  }

  /** Waits for something worth a blow. */
  async #untilThere({ target, isEarly }: Blow, instance: Instance): Promise<void> {
    const { provider, databaseCluster } = this.#world;
    const isThere = () => {
      if (target !== 'database') return (target === 'provider' ? provider : instance).isReady;
      return (
        findServer(databaseCluster) !== undefined && this.outages.every(({ toMs }) => Number.isFinite(toMs))
      );
    };
    const untilMs = performance.now() + (isEarly ? WAIT_EARLY_MS : WAIT_FOR_TARGET_MS);
    while (!isThere() && performance.now() < untilMs) await sleep(20);
  }

  async #moment(aim: 'rotated' | 'answered'): Promise<ProviderRecord | undefined> {
    const { providerLog } = this.#world;
    providerLog.read();
    const untilMs = performance.now() + AIM_AT_MOST_MS;
    while (performance.now() < untilMs) {
      await sleep(LOOK_EVERY_MS);
      const moment = providerLog.read().find((record) => {
        if (record.type === 'issued') return aim === 'rotated' && record.from !== null;
        return record.type === 'answered' && aim === 'answered';
      });
      if (moment !== undefined) return moment;
    }
    return undefined;
  }

  /** The one whose refresh it is. */
  #senderOf(moment: ProviderRecord | undefined): Instance | undefined {
    if (moment === undefined || !('request' in moment)) return undefined;
    const pid = this.#world.providerLog.truth.requests.get(moment.request)?.pid;
    return this.#world.instances.find(({ life }) => pid !== undefined && life?.pid === pid);
  }

  #instanceOf({ which }: Blow): Instance {
    const { instances } = this.#world;
    const instance = instances[Math.floor(which * instances.length)];
    if (instance === undefined) throw new RangeError('no instance');
    return instance;
  }

  #letLoose(work: Promise<void>): void {
    this.#loose.add(work);
    void work.finally(() => this.#loose.delete(work));
  }
}
