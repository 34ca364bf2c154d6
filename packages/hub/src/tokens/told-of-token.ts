import type { OutboundEvent } from '@lockkeeper/contract';
import type { CredentialRecord } from '../credentials/credential.ts';
import type { FailedRefresh } from './refresh-outcome.ts';
import type { StoredToken } from './token.ts';

/** With the back-off between them some six minutes: longer than what mends itself. */
const FAILING_AFTER = 8;

type Named = Pick<CredentialRecord, 'id' | 'name'>;

export function tokenAvailable(
  credential: Named,
  cause: 'consented' | 'recovered',
  expiresAt: Date | undefined,
): OutboundEvent {
  return {
    type: 'token.available',
    data: { credential, cause, expiresAt: expiresAt?.toISOString() ?? null },
  };
}

/** A refresh that works is told only to whoever was told of trouble before. */
export function toldOfRefresh(
  credential: Named,
  before: StoredToken,
  expiresAt: Date | undefined,
): OutboundEvent | undefined {
  const wasInTrouble = before.unknownOutcomes > 0 || before.failures >= FAILING_AFTER;
  return wasInTrouble ? tokenAvailable(credential, 'recovered', expiresAt) : undefined;
}

/** Each change for the worse once; what may mend itself within minutes not at all. */
export function toldOfFailure(
  credential: Named,
  before: StoredToken,
  failed: FailedRefresh,
): OutboundEvent | undefined {
  const { problem, failures } = failed;
  const retryAt = failed.retryAt?.toISOString() ?? null;
  if (failed.state === 'needs_authorization') {
    return { type: 'token.needs_authorization', data: { credential, problem } };
  }
  if (failed.unknownOutcomes > 0 && before.unknownOutcomes === 0) {
    return { type: 'token.uncertain', data: { credential, problem, retryAt } };
  }
  // A refused client is told of its registry, once.
  if (failures === FAILING_AFTER && problem.code !== 'oauth.client_refused') {
    return { type: 'token.refresh_failing', data: { credential, problem, failures, retryAt } };
  }
  return undefined;
}
