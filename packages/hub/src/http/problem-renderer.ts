import { type Problem, problemCatalogue } from '@lockkeeper/contract';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { isDatabaseAway } from '../db/database-away.ts';
import { HubError } from './hub-error.ts';
import { fieldProblems } from './validation-problem.ts';

/** What Fastify and the database refuse, in our words. Whatever is missing here is a 500. */
const frameworkRefusals: Record<string, () => HubError> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    new HubError('request.media_type', { detail: 'Send the body with Content-Type: application/json.' }),
  FST_ERR_CTP_BODY_TOO_LARGE: () => new HubError('request.too_large'),
  FST_ERR_CTP_EMPTY_JSON_BODY: () =>
    new HubError('request.malformed', { detail: 'The body is empty although Content-Type says JSON.' }),
  FST_ERR_CTP_INVALID_JSON_BODY: () =>
    new HubError('request.malformed', { detail: 'The body is not valid JSON.' }),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new HubError('request.malformed', { detail: 'The body is not as long as Content-Length says.' }),
  FST_ERR_BAD_URL: () =>
    new HubError('request.malformed', { detail: 'The address is not correctly encoded.' }),
  // PostgreSQL's: text cannot hold a NUL, such as %00 in an address.
  '22021': () => new HubError('request.malformed', { detail: 'A text contains a NUL character.' }),
  FST_ERR_MAX_PARAM_LENGTH: () =>
    new HubError('request.malformed', { detail: 'A part of the address is too long.' }),
};

/** An error that may be told, or undefined for one that is ours to mend. */
export function tellable(error: unknown): HubError | undefined {
  if (error instanceof HubError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const place = 'validationContext' in error ? String(error.validationContext) : 'body';
    return new HubError('request.invalid', { errors: fieldProblems(error.validation, place) });
  }
  if (isDatabaseAway(error)) {
    const detail = 'The database does not answer. Whether the request was carried out is not known.';
    return new HubError('unavailable', { detail, headers: { 'retry-after': '5' }, cause: error });
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return frameworkRefusals[code]?.();
}

/** @see RFC 9457 */
export function problemOf(error: HubError, requestId: string): Problem {
  const { detail, errors, remedy } = error.details;
  return {
    type: `urn:lockkeeper:problem:${error.code}`,
    ...problemCatalogue[error.code],
    code: error.code,
    requestId,
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors }),
    ...(remedy === undefined ? {} : { remedy }),
  };
}

/** The only place that turns errors into answers, and the only one that logs what nobody expected. */
export function renderProblem(
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const known = tellable(error);
  if (known === undefined) request.log.error({ err: error }, 'request failed');
  else if (known.status >= 500) request.log.warn({ err: known }, 'request failed');
  else request.log.debug({ code: known.code }, 'request refused');
  return sendProblem(known ?? new HubError('internal'), request, reply);
}

export function sendProblem(error: HubError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return (
    reply
      .code(error.status)
      .headers({ ...error.details.headers, 'cache-control': 'no-store' })
      .type('application/problem+json')
      // Serialized here: a route's response schemas describe its answers, not its refusals.
      .serializer((payload: unknown) => JSON.stringify(payload))
      .send(problemOf(error, request.id))
  );
}
