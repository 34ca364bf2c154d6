import { z } from 'zod';

/** RFC 9457 problem details, with a stable `code`, the request's id and, for bad input, the fields. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  code: z.string(),
  requestId: z.string(),
  errors: z
    .array(
      z.object({
        /** The property's name as in the request body, dotted when nested: `appliesTo.midServerIds`. */
        field: z.string(),
        code: z.string(),
        message: z.string(),
        /** The record that stands in the way, when there is one. */
        conflictingId: z.string().optional(),
      }),
    )
    .optional(),
  /** What to do, step by step. */
  remedy: z.array(z.string()).optional(),
});
export type Problem = z.infer<typeof problem>;
export type FieldProblem = NonNullable<Problem['errors']>[number];

/**
 * Every code the API may answer, with its HTTP status and title. A code, once published, keeps its meaning.
 * Features add theirs here, so that the catalogue is complete in one place.
 */
export const problemCatalogue = {
  'request.invalid': { status: 400, title: 'The request has fields that need a change' },
  'request.malformed': { status: 400, title: 'The request could not be read' },
  'request.media_type': { status: 415, title: 'The body must be application/json' },
  'request.too_large': { status: 413, title: 'The request is too large' },
  'request.idempotency_key_reused': {
    status: 422,
    title: 'The Idempotency-Key belongs to another request: use a new one',
  },
  'request.under_way': { status: 409, title: 'The first request with this Idempotency-Key has not ended' },
  'request.answer_lost': {
    status: 409,
    title: 'The request was done, but its answer cannot be given again',
  },
  'request.too_many': { status: 429, title: 'Too many requests' },
  'route.unknown': { status: 404, title: 'There is nothing at this address' },
  'record.unknown': { status: 404, title: 'There is no such record' },
  'record.name_taken': { status: 409, title: 'Another record has this name' },
  'record.in_use': { status: 409, title: 'The record is in use' },
  'record.changed': { status: 409, title: 'Somebody else changed the record' },
  'access.unauthenticated': { status: 401, title: 'Sign in first' },
  'access.denied': { status: 403, title: 'Your role does not allow this' },
  'access.origin': { status: 403, title: 'The request came from another site' },
  'access.sign_in_refused': { status: 401, title: 'E-mail or password is wrong' },
  'access.local_sign_in_off': { status: 403, title: 'Passwords are not accepted here: use single sign-on' },
  'access.step_up_required': { status: 403, title: 'Confirm that it is you' },
  'access.confirmation_refused': { status: 403, title: 'Password or code is wrong' },
  'access.second_factor_expired': { status: 401, title: 'Begin again: the sign-in took too long' },
  'access.setup_refused': { status: 403, title: 'The set-up link does not work any more' },
  'oauth.browser_needed': { status: 403, title: 'Get OAuth Token needs a person at a browser' },
  'oauth.redirect_uri_mismatch': { status: 422, title: 'The provider does not know the Redirect URL' },
  'oauth.client_unknown': { status: 422, title: 'The provider does not know the Client ID' },
  'oauth.application_private': { status: 422, title: 'The application is private at the provider' },
  'oauth.no_token': { status: 422, title: 'The provider issued no token' },
  'credential.inactive': { status: 409, title: 'The credential or its Application Registry is not active' },
  'credential.hand_out_off': { status: 403, title: 'This credential does not hand its token out' },
  'token.none': { status: 409, title: 'There is no OAuth token yet' },
  'token.needs_authorization': { status: 409, title: 'Somebody has to consent again' },
  'token.revoked': { status: 409, title: 'The OAuth token was revoked' },
  'token.nothing_to_revoke': { status: 409, title: 'There is no token left to revoke' },
  'token.not_refreshable': { status: 409, title: 'The provider issued no refresh token' },
  'token.unavailable': { status: 503, title: 'The OAuth token cannot be refreshed right now' },
  'mid_server.enrolment_refused': { status: 401, title: 'The enrolment token does not work' },
  'mid_server.fingerprint_differs': { status: 409, title: 'The fingerprint is not that of this MID Server' },
  'mid_server.not_validated': { status: 409, title: 'The MID Server is not validated' },
  'mid_server.none_available': { status: 503, title: 'No MID Server can take the call now' },
  'mid_server.credential_not_applicable': {
    status: 404,
    title: 'There is no such credential for a MID Server',
  },
  'mid_server.refused': { status: 422, title: 'The MID Server refuses to make this call' },
  'mid_server.outcome_unknown': {
    status: 502,
    title: 'The MID Server was lost, and it is not known what the call did',
  },
  'mid_server.timeout': { status: 504, title: 'The tool did not answer the MID Server in time' },
  'mid_server.upstream_unreachable': { status: 502, title: 'The MID Server cannot reach the tool' },
  'mid_server.upstream_broken': { status: 502, title: 'The tool broke its answer off' },
  'mid_server.failed': { status: 502, title: 'The MID Server failed' },
  'tool.not_connected': { status: 409, title: 'The tool is not connected' },
  'tool.path_refused': { status: 400, title: 'This path may not be called' },
  'tool.write_refused': { status: 403, title: 'This API key may only read through the tool' },
  'tool.throttled': { status: 429, title: 'The rate limit of the tool has been exceeded' },
  'tool.unreachable': { status: 502, title: 'The tool could not be reached' },
  'discovery.running': { status: 409, title: 'A discovery of this tool is already under way' },
  'discovery.ended': { status: 409, title: 'This discovery has ended' },
  'event_subscription.inactive': { status: 409, title: 'The event subscription is not active' },
  internal: { status: 500, title: 'Something went wrong on the server' },
  unavailable: { status: 503, title: 'The server cannot do this right now' },
} as const satisfies Record<string, { status: number; title: string }>;
export type ProblemCode = keyof typeof problemCatalogue;
