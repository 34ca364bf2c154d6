/** Stable codes: pages, audit entries and API answers name them; each has its own explanation. */
export const oauthErrorCodes = [
  // the authorization response (the callback)
  'callback_duplicate_parameter',
  'callback_code_and_error',
  'callback_code_missing',
  'issuer_mismatch',
  'issuer_missing',
  'consent_declined',
  'authorization_refused',
  'application_private',
  'client_unknown',
  // what the token endpoint refused
  'client_refused',
  'redirect_uri_mismatch',
  'invalid_grant',
  'invalid_scope',
  'invalid_target',
  'grant_not_allowed',
  'request_refused',
  'rate_limited',
  'provider_unavailable',
  // answers that are none
  'answer_not_json',
  'answer_too_large',
  'answer_incomplete',
  'answer_invalid',
  'token_type_unsupported',
  'redirected',
  // no answer
  'timeout',
  'unreachable',
  'address_blocked',
  // no answer, by way of a MID Server
  'mid_server_unavailable',
  'mid_server_refused',
  'mid_server_unreachable',
  'mid_server_lost',
] as const;
export type OAuthErrorCode = (typeof oauthErrorCodes)[number];
export type MidServerFailureCode = Extract<OAuthErrorCode, `mid_server_${string}`>;

export interface OAuthErrorFacts {
  /** The provider's own `error`, where it sent one. */
  readonly providerError?: string | undefined;
  /** Its `error_description`: cut and without control characters, still to be escaped where it is shown. */
  readonly providerDescription?: string | undefined;
  readonly httpStatus?: number | undefined;
  /** By which the provider finds the request in its own log. */
  readonly providerRequestId?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  /** The request may have reached the provider and may have been carried out, but its answer is not usable. */
  readonly outcomeUnknown?: boolean;
  readonly cause?: unknown;
}

/** Anything the OAuth protocol can answer other than what was asked for. Never holds a code, token or secret. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly code: OAuthErrorCode;
  readonly providerError: string | undefined;
  readonly providerDescription: string | undefined;
  readonly httpStatus: number | undefined;
  readonly providerRequestId: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly outcomeUnknown: boolean;

  constructor(code: OAuthErrorCode, message: string, facts: OAuthErrorFacts = {}) {
    super(message, { cause: facts.cause });
    this.code = code;
    this.providerError = facts.providerError;
    this.providerDescription = facts.providerDescription;
    this.httpStatus = facts.httpStatus;
    this.providerRequestId = facts.providerRequestId;
    this.retryAfterMs = facts.retryAfterMs;
    this.outcomeUnknown = facts.outcomeUnknown ?? false;
  }

  /** Whether a request, and with it what proves the client, may have left at all. */
  get wasSent(): boolean {
    return this.httpStatus !== undefined || this.outcomeUnknown;
  }
}

const LONGEST_FOREIGN_TEXT = 200;

/** Text from outside, made harmless for one line and for a database: no control characters, at most 200 characters. */
export function foreignText(text: string | undefined | null): string | undefined {
  if (!text) return undefined;
  const line = text
    .slice(0, LONGEST_FOREIGN_TEXT * 4)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  if (line.length <= LONGEST_FOREIGN_TEXT) return line.toWellFormed() || undefined;
  // The cut may go through an emoji.
  return `${line.slice(0, LONGEST_FOREIGN_TEXT).toWellFormed()}…`;
}
