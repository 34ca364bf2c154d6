import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { invalidFields } from '../http/hub-error.ts';
import { fieldProblems } from '../http/validation-problem.ts';
import type { ApplicationRegistryService } from './application-registry-service.ts';

const text = z.string().optional().catch(undefined);

/** Of a body that its schema refused: what can be judged all the same. */
const draft = z
  .object({
    name: text,
    authorizationUrl: text,
    defaultGrantType: text,
    tokenUrl: text,
    tokenRevocationUrl: text,
    issuer: text,
    logoUrl: text,
  })
  .catch({});

/**
 * For routes with `attachValidation`: an empty field and a refused URL are told together, not one after the other.
 * @throws HubError `request.invalid` when the schema refused the body
 */
export async function refuseDraft(
  { validationError, body }: Pick<FastifyRequest, 'validationError' | 'body'>,
  service: ApplicationRegistryService,
  id?: string,
): Promise<void> {
  if (!validationError) return;
  if (validationError.validationContext !== 'body') throw validationError;
  const refused = fieldProblems(validationError.validation);
  const fields = new Set(refused.map(({ field }) => field));
  const others = await service.draftProblems(draft.parse(body), id);
  throw invalidFields([...refused, ...others.filter(({ field }) => !fields.has(field))]);
}
