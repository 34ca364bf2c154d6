import type { FieldProblem } from '@lockkeeper/contract';
import type { FastifyInstance } from 'fastify';
import { invalidFields } from './hub-error.ts';

/**
 * Bodies of JSON, refused with the field when a text in them cannot be stored as it was sent: JSON may hold NUL and
 * halves of surrogate pairs (RFC 8259 §8.2), no text of a database may.
 */
export function registerJsonBody(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) => {
    // Neither gets into the text of a body but by its escape.
    if (!/\\u(0000|d[89a-f])/i.test(text)) return parse(request, text, done);
    parse(request, text, (error, value) => {
      const problems = error ? [] : [...unstorable(value, [])];
      if (problems.length > 0) return done(invalidFields(problems));
      done(error, value);
    });
  });
}

function* unstorable(value: unknown, place: readonly string[]): Iterable<FieldProblem> {
  if (typeof value === 'string') {
    if (!isStorable(value)) yield problem(place, 'holds');
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) {
      if (!isStorable(key)) yield problem(place, 'has a name with');
      else yield* unstorable(each, [...place, key]);
    }
  }
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}

function problem(place: readonly string[], how: string): FieldProblem {
  const message = `${how} a NUL character or half of a surrogate pair, which no text may`;
  return { field: place.join('.'), code: 'unstorable_text', message };
}
