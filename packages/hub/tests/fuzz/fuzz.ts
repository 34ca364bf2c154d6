import { createHash } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { CanaryVault } from '@lockkeeper/testing';
import fc from 'fast-check';
import { type Operation, operationsOf } from './description.ts';
import { type Answer, Judge } from './judge.ts';
import type { KnownValues } from './known-values.ts';
import { type PlannedRequest, plansFor, requestOf } from './request-plan.ts';

/** Somebody who asks, such as an API key of a role, or nobody. */
export interface Asker {
  readonly name: string;
  /** What they prove who they are with, now: made anew once it works no more. */
  headers(): Promise<Record<string, string>>;
  /** They were not known: the proof may have been taken from them. */
  doubt(): void;
}

export interface FuzzOptions {
  readonly origin: string;
  /** The API's own description. */
  readonly description: object;
  /** Routes that it leaves out. */
  readonly others?: readonly Operation[];
  readonly askers: readonly Asker[];
  readonly known: KnownValues;
  readonly canaries: CanaryVault;
  readonly seed: number;
  /** Requests for each operation and asker; fewer once an asker was told that they may not. */
  readonly runs: number;
  /** Only these routes, askers and path of fast-check: to see one failure again. */
  readonly only?: {
    readonly route?: string | undefined;
    readonly as?: string | undefined;
    readonly path?: string | undefined;
  };
}

export interface FuzzResult {
  readonly failures: string[];
  readonly requests: number;
  /** Statuses answered, by route. */
  readonly seen: ReadonlyMap<string, ReadonlySet<number>>;
}

const RUNS_OF_THE_DENIED = 2;
const TIMEOUT_MS = 20_000;

/** Asks every operation as everybody, and judges every answer by the description. */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const { askers, only, seed } = options;
  const judge = new Judge(options.description, options.canaries);
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const failures: string[] = [];
  const seen = new Map<string, Set<number>>();
  let requests = 0;
  const operations = [...operationsOf(options.description), ...(options.others ?? [])];
  for (const operation of operations.filter(({ route }) => route === (only?.route ?? route))) {
    const statuses = new Set<number>();
    seen.set(operation.route, statuses);
    for (const asker of askers.filter(({ name }) => name === (only?.as ?? name))) {
      const denied = { count: 0 };
      const property = fc.asyncProperty(plansFor(operation), async (plan) => {
        if (denied.count >= RUNS_OF_THE_DENIED) return;
        const planned = requestOf(operation, plan, options.known);
        const asked = { ...planned, headers: { ...(await asker.headers()), ...planned.headers } };
        requests += 1;
        const answer = await send(new URL(options.origin), agent, asked);
        statuses.add(answer.status);
        if (isDenied(answer)) denied.count += 1;
        if (answer.status === 401) asker.doubt();
        const complaint = judge.complaint(operation, answer);
        if (complaint !== undefined) throw new Error(`${complaint}\n${inFull(asked, answer)}`);
        if (answer.status < 300) learn(options.known, planned, answer);
      });
      try {
        await fc.assert(property, {
          seed: seedOf(seed, operation.route, asker.name),
          numRuns: options.runs,
          endOnFailure: true,
          ...(only?.path === undefined ? {} : { path: only.path }),
        });
      } catch (error) {
        failures.push(failureOf(operation.route, asker.name, seed, error));
      }
    }
  }
  agent.destroy();
  return { failures, requests, seen };
}

/** Other inputs for each route and asker, and the same again for the same seed. */
function seedOf(seed: number, route: string, as: string): number {
  return createHash('sha256').update(`${seed} ${route} ${as}`).digest().readInt32BE();
}

/** Whoever may not call a route at all learns nothing by more attempts. */
function isDenied({ status, text = '' }: Answer): boolean {
  return status === 403 && text.includes('"access.denied"');
}

function send(
  { hostname, port }: URL,
  agent: Agent,
  { method, address, headers, body }: PlannedRequest,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const options = { hostname, port, method, path: address, headers: { ...headers, ...length }, agent };
    const sent = request({ ...options, signal: AbortSignal.timeout(TIMEOUT_MS) }, async (response) => {
      const { statusCode: status = 0, headers } = response;
      if (headers['content-type']?.startsWith('text/event-stream')) {
        response.destroy();
        return resolve({ status, headers, text: undefined });
      }
      try {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        return resolve({ status, headers, text: Buffer.concat(chunks).toString() });
      } catch (error) {
        return reject(error);
      }
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function learn(known: KnownValues, { body, headers }: PlannedRequest, { text }: Answer): void {
  for (const json of [text, headers['content-type'] === 'application/json' ? body : undefined]) {
    try {
      if (json !== undefined) known.learn(JSON.parse(json));
    } catch {
      // Not every answer is JSON.
    }
  }
}

function inFull({ method, address, headers, body }: PlannedRequest, { status, text = '' }: Answer): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value.slice(0, 100)}`);
  return [
    `${method} ${address.slice(0, 500)}`,
    ...lines,
    '',
    (body ?? '').slice(0, 500),
    `=> ${status} ${text.slice(0, 500)}`,
  ].join('\n  ');
}

function failureOf(route: string, as: string, seed: number, error: unknown): string {
  const text = error instanceof Error ? `${error.message}${causeOf(error)}` : String(error);
  const path = /path: "([^"]*)"/.exec(text)?.[1] ?? '';
  return [
    `${route} as ${as}`,
    text,
    `See it again: LOCKKEEPER_FUZZ_SEED=${seed} LOCKKEEPER_FUZZ_ROUTE='${route}' LOCKKEEPER_FUZZ_AS='${as}' LOCKKEEPER_FUZZ_PATH='${path}' npm test -- packages/hub/tests/api-fuzz`,
  ].join('\n');
}

function causeOf({ cause }: Error): string {
  return cause instanceof Error ? `\n${cause.message}` : '';
}
