import type { StreamFailure } from '@lockkeeper/contract/mid';
import { HubError } from '../http/hub-error.ts';

/** What the caller is told of a call that did not come back. */
export function callErrorOf(failure: StreamFailure, mayRepeat: boolean): HubError {
  const { message } = failure;
  const options = { detail: `${message}.`, cause: failure };
  switch (failure.code) {
    case 'lost':
      return lost(mayRepeat, failure);
    case 'upstream_unreachable':
      return new HubError('mid_server.upstream_unreachable', options);
    case 'upstream_timeout':
      return new HubError('mid_server.timeout', options);
    case 'upstream_broken':
      return mayRepeat
        ? new HubError('mid_server.upstream_broken', options)
        : unknownOutcome(failure, message);
    case 'target_refused':
    case 'not_allowed':
      return new HubError('mid_server.refused', options);
    case 'draining':
    case 'not_ready':
    case 'grant_unknown':
      return new HubError('mid_server.none_available', options);
    case 'cancelled':
    case 'internal':
      return new HubError('mid_server.failed', options);
  }
}

function lost(mayRepeat: boolean, failure: StreamFailure): HubError {
  return unknownOutcome(
    failure,
    mayRepeat
      ? 'The MID Server was lost during the call, and no other could repeat it'
      : 'The MID Server was lost during the call. It is not repeated, because it may already have changed something',
  );
}

function unknownOutcome(cause: StreamFailure, detail: string): HubError {
  return new HubError('mid_server.outcome_unknown', { detail: `${detail}.`, cause });
}
