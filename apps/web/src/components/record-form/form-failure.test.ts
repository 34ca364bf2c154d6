import { describe, expect, it } from 'vitest';
import { failureOf, fieldSentence } from './form-failure.ts';

const labels = { name: 'Name', appliesTo: 'Applies to', tokenUrl: 'Token URL' };
const refused = {
  type: 'about:blank',
  title: 'The request has fields that need a change',
  status: 400,
  code: 'request.invalid',
  requestId: 'req_1',
};

describe('a refused form', () => {
  it('lists fields in the order of the form', () => {
    const { fields, problem } = failureOf(
      {
        ...refused,
        errors: [
          { field: 'tokenUrl', code: 'https', message: 'must start with https://' },
          { field: 'name', code: 'taken', message: 'already taken' },
        ],
      },
      labels,
    );
    expect(fields.map(({ field }) => field)).toEqual(['name', 'tokenUrl']);
    expect(problem).toBeNull();
  });

  it('says a nested complaint at the nearest field the form has', () => {
    const errors = [{ field: 'appliesTo.midServerIds.0', code: 'unknown', message: 'no such MID Server' }];
    expect(failureOf({ ...refused, errors }, labels).fields[0]?.field).toBe('appliesTo');
  });

  it('keeps the whole problem when a complaint names no field of the form', () => {
    const errors = [{ field: 'version', code: 'stale', message: 'is old' }];
    expect(failureOf({ ...refused, errors }, labels).problem?.code).toBe('request.invalid');
    expect(failureOf(refused, labels).problem).not.toBeNull();
  });

  it('makes a sentence of a fragment and leaves a sentence as it is', () => {
    expect(fieldSentence('Name', 'must not be empty')).toBe('Name must not be empty.');
    expect(fieldSentence('Name', 'Another record has this name.')).toBe('Another record has this name.');
  });
});
