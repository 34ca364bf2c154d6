import type { Evidence } from './evidence.ts';
import type { LostGrant } from './judge-grants.ts';

const AROUND_MS = 60_000;

/** Everything on record about a lost grant, for whoever has to find out why. */
export function explainLostGrant(lost: LostGrant, { truth, history, instances, outages }: Evidence): string {
  const facts = truth.refreshTokens.get(lost.refreshToken);
  const requests = [...truth.requests.values()].filter(
    ({ refreshToken }) => truth.refreshTokens.get(refreshToken)?.grant === facts?.grant,
  );
  const pids = new Set(requests.map(({ pid }) => pid));
  const isNear = (atMs: number) => Math.abs(atMs - lost.atMs) < AROUND_MS;
  return JSON.stringify({
    ...lost,
    grant: facts?.grant,
    uses: facts?.uses,
    requests: requests.filter(({ receivedAtMs }) => isNear(receivedAtMs)),
    held: history.filter(({ credentialId, atMs }) => credentialId === lost.credentialId && isNear(atMs)),
    senders: instances.filter(({ pid }) => pids.has(pid)),
    outages: outages.filter(({ fromMs }) => isNear(fromMs)),
  });
}
