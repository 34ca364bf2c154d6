import type { FieldProblem } from '@lockkeeper/contract';
import type { FastifySchemaValidationError } from 'fastify';

/** What zod says when the schema's author gave no message of their own. */
const zodsOwnWords = /^(Invalid|Too small|Too big|Unrecognized)/;

const placeNames: Record<string, string> = {
  querystring: 'query parameter',
  params: 'part of the address',
  headers: 'header',
};

/** One entry for each field that needs a change, in words a person can act on. */
export function fieldProblems(
  issues: readonly FastifySchemaValidationError[],
  place = 'body',
): FieldProblem[] {
  return issues.flatMap((issue) => {
    const field = issue.instancePath.split('/').filter(Boolean).join('.');
    if (issue.keyword !== 'unrecognized_keys') {
      return [{ field, code: issue.keyword, message: messageOf(issue) }];
    }
    return unknownKeys(issue).map((key) => ({
      field: field === '' ? key : `${field}.${key}`,
      code: 'unknown_field',
      message: `is no ${placeNames[place] ?? 'field'} of this request: leave it out`,
    }));
  });
}

function unknownKeys(issue: FastifySchemaValidationError): string[] {
  const keys = issue.params.keys;
  return Array.isArray(keys) ? keys.map((key) => String(key).slice(0, 100)) : [];
}

function messageOf(issue: FastifySchemaValidationError): string {
  const { message = 'is not valid', params } = issue;
  if (!zodsOwnWords.test(message)) return message;
  switch (issue.keyword) {
    case 'invalid_type':
      return message.endsWith('received undefined')
        ? 'is required'
        : `must be ${withArticle(params.expected)}`;
    case 'invalid_value':
      return `must be one of: ${Array.isArray(params.values) ? params.values.join(', ') : ''}`;
    case 'invalid_format':
      return `must be a valid ${params.format}`;
    case 'too_small':
      return `must ${amount(params.origin)} at least ${params.minimum}${unit(params.origin)}`;
    case 'too_big':
      return `must ${amount(params.origin)} at most ${params.maximum}${unit(params.origin)}`;
    default:
      return 'is not valid';
  }
}

function withArticle(expected: unknown): string {
  const word = expected === 'int' ? 'whole number' : String(expected);
  return /^[aeiou]/.test(word) ? `an ${word}` : `a ${word}`;
}

function amount(origin: unknown): string {
  return origin === 'string' || origin === 'array' ? 'have' : 'be';
}

function unit(origin: unknown): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' entries' : '';
}
