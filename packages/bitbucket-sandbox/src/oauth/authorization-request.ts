import { z } from 'zod';
import type { Consumer } from '../consumers/consumer.ts';
import type { ConsumerStore } from '../consumers/consumer-store.ts';
import type { Switches } from '../switches/switches.ts';
import { isPermittedRedirectUri, redirectWith } from './redirect-uri.ts';

/** A parameter sent twice counts as absent. */
const parameter = z.string().optional().catch(undefined);

const querySchema = z.object({
  client_id: parameter,
  response_type: parameter,
  redirect_uri: parameter,
  state: parameter,
  code_challenge: parameter,
  code_challenge_method: parameter,
});

export interface AuthorizationRequest {
  readonly consumer: Consumer;
  /** Where the answer goes. */
  readonly redirectTo: string;
  readonly redirectUri: string | undefined;
  readonly state: string | undefined;
  readonly codeChallenge: string | undefined;
}

export type CheckedAuthorizationRequest =
  | { readonly kind: 'request'; readonly request: AuthorizationRequest }
  /** Shown in the browser, never redirected. */
  | { readonly kind: 'page'; readonly title: string; readonly text: string }
  | { readonly kind: 'redirect'; readonly location: string };

const misconfigured = 'This integration is misconfigured. Contact the vendor for assistance.';

/** The order matters: no redirect before the redirect URI is known to be the consumer's own. */
export function checkAuthorizationRequest(
  query: unknown,
  consumers: ConsumerStore,
  switches: Switches,
): CheckedAuthorizationRequest {
  const parameters = querySchema.parse(query);
  const { redirect_uri: redirectUri, state } = parameters;
  const consumer = consumers.findByKey(parameters.client_id ?? '');
  if (consumer === undefined) return { kind: 'page', title: 'Invalid client_id', text: misconfigured };
  if (consumer.callbackUrl === '') {
    return { kind: 'page', title: 'Invalid request', text: 'No callback uri defined for the OAuth client.' };
  }
  const redirectTo = redirectUri ?? consumer.callbackUrl;
  if (!isPermittedRedirectUri(consumer.callbackUrl, redirectTo, switches.redirectUri))
    return { kind: 'page', title: 'Invalid redirect_uri', text: misconfigured };
  const refuse = (error: string, description: string): CheckedAuthorizationRequest => ({
    kind: 'redirect',
    location: redirectWith(redirectTo, { error, error_description: description, state }),
  });
  if (parameters.response_type !== 'code')
    return refuse('unsupported_response_type', 'Only the response type "code" is supported.');
  const codeChallenge = switches.pkce === 'ignore' ? undefined : parameters.code_challenge;
  if (codeChallenge !== undefined && parameters.code_challenge_method !== 'S256')
    return refuse('invalid_request', 'Only the code_challenge_method S256 is supported.');
  return { kind: 'request', request: { consumer, redirectTo, redirectUri, state, codeChallenge } };
}
