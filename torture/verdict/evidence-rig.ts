import type { OperationDetail } from '../load/operation.ts';
import type { Life } from '../processes/supervised.ts';
import type { ProviderRecord } from '../provider/provider-record.ts';
import { ProviderTruth, STRICT_CLIENT } from '../provider/provider-truth.ts';
import type { HeldToken } from '../token-history.ts';
import type { Evidence } from './evidence.ts';

// Evidence as a run leaves it, for tests of those who judge it.

export const SECOND = 1000;

export function truthOf(records: readonly ProviderRecord[]): ProviderTruth {
  const truth = new ProviderTruth();
  for (const record of records) truth.apply(record);
  return truth;
}

export const consented = (client = STRICT_CLIENT): ProviderRecord[] => [
  { type: 'consented', atMs: 0, grant: 'g', client, code: 'code' },
  issued(0, null, 'r1'),
];
export function issued(
  atMs: number,
  from: string | null,
  refreshToken: string,
  request = `q${atMs}`,
): ProviderRecord {
  const tokens = { accessToken: `a-${refreshToken}`, refreshToken, expiresAtMs: atMs + 8 * SECOND };
  return { type: 'issued', atMs, request, grant: 'g', from, ...tokens };
}
export const received = (
  atMs: number,
  refreshToken: string,
  request = `q${atMs}`,
  pid = 7,
): ProviderRecord => ({
  type: 'received',
  atMs,
  request,
  refreshToken,
  pid,
});
export const answered = (atMs: number, request: string): ProviderRecord => ({
  type: 'answered',
  atMs,
  request,
});

export const life = (facts: Partial<Life> = {}): Life => ({
  pid: 7,
  startedAtMs: -1000,
  readyAtMs: -500,
  told: undefined,
  stops: [],
  endedAtMs: undefined,
  code: undefined,
  ...facts,
});
export const killed = (atMs: number): Partial<Life> => ({
  told: { signal: 'SIGKILL', atMs, wasReady: true },
  endedAtMs: atMs,
});

let number = 0;
export const held = (
  atMs: number,
  refreshToken: string | undefined,
  facts: Partial<HeldToken> = {},
): HeldToken => ({
  number: ++number,
  atMs,
  by: 'instance-1',
  credentialId: 'c',
  state: 'available',
  version: 1,
  leaseId: undefined,
  refreshToken,
  ...facts,
});

export const evidence = (facts: Partial<Evidence>): Evidence => ({
  operations: [],
  truth: truthOf(consented()),
  history: [],
  audit: [],
  credentials: [],
  tokens: [],
  enrolments: [],
  instances: [life()],
  providers: [life({ pid: 8 })],
  outages: [],
  endedAtMs: 100 * SECOND,
  ...facts,
});

export const done = <D extends OperationDetail>(
  detail: D,
  facts: { sentAtMs?: number; endedAtMs?: number } = {},
) => ({
  ...detail,
  sentAtMs: 1000,
  endedAtMs: 1100,
  acked: true,
  status: 200,
  problem: undefined,
  requestId: 'req',
  ...facts,
});
export const audit = (
  action: string,
  subjectId: string,
  requestId: string | null = 'req',
  after: unknown = null,
) => ({
  id: 'aud',
  action,
  subjectId,
  subjectName: null,
  requestId,
  after,
});
