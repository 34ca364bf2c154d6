import { ofKind } from '../load/operation.ts';
import { type Evidence, type Finding, groupBy } from './evidence.ts';

/** A revocation is honoured on every instance within a second, also while notifications are lost. */
const REVOKED_AFTER_MS = 1000;

/**
 * Tokens that should not have been handed out. Judged from when they were asked for, because the answer was decided
 * later than that: however slow the machine, nobody is accused wrongly.
 */
export function judgeHandOuts({ operations, truth }: Evidence): Finding[] {
  const findings: Finding[] = [];
  const revokes = groupBy(ofKind(operations, 'revoke'), ({ credentialId }) => credentialId);
  const uncertain = new Set(
    ofKind(operations, 'consent')
      .filter(({ acked }) => !acked)
      .map(({ code }) => code),
  );
  for (const handOut of ofKind(operations, 'hand_out')) {
    if (!handOut.acked) continue;
    const find = (what: string) => findings.push({ what, detail: JSON.stringify(handOut) });
    const token = truth.accessTokens.get(handOut.accessToken);
    if (token === undefined) {
      find('a token that the provider never issued');
      continue;
    }
    if (token.expiresAtMs <= handOut.sentAtMs) find('an expired token');
    if (Date.parse(handOut.expiresAt) > token.expiresAtMs)
      find('a token that is said to live longer than it does');
    const isRevoked = (revokes.get(handOut.credentialId) ?? []).some(
      (revoke) =>
        revoke.acked &&
        revoke.endedAtMs + REVOKED_AFTER_MS < handOut.sentAtMs &&
        token.issuedAtMs < revoke.sentAtMs &&
        // A consent whose answer was lost may have been stored after the revocation.
        !uncertain.has(token.grant.code),
    );
    if (isRevoked) find('a token more than a second after its revocation');
  }
  return findings;
}
