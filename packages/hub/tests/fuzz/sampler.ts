import fc, { type Arbitrary } from 'fast-check';
import type { Schema } from './description.ts';

const words = ['a', 'Docs', 'x y', 'main', 'ü-ß-漢字', '{{7*7}}', "it's", '%_\\', '<b>x</b>', '🔑'];
const dates = ['2020-01-01T00:00:00Z', '2026-11-25T12:00:00.123Z', '2099-12-31T23:59:59Z'];
const emails = ['ada@example.com', 'bo@example.com', 'new.person@example.com'];
const idPattern = /^\^([a-z]+)_\[/;

/** Values that a schema accepts, with places of `KnownValues` where the instance knows better ones. */
export function valuesOf(schema: Schema, field = ''): Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map((each) => valuesOf(each, field)));
  if (schema.allOf !== undefined) return valuesOf(Object.assign({}, ...schema.allOf), field);
  const types = [schema.type ?? 'any'].flat();
  return fc.oneof(...types.map((type) => ofType(type, schema, field)));
}

function ofType(type: string, schema: Schema, field: string): Arbitrary<unknown> {
  switch (type) {
    case 'string':
      return strings(schema, field);
    case 'integer':
    case 'number':
      return numbers(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}, field), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 3, Math.max(3, schema.minItems ?? 0)),
      });
    case 'object':
      return objects(schema);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function objects({ properties = {}, required = [], additionalProperties }: Schema): Arbitrary<unknown> {
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, valuesOf(schema, name)]),
  );
  const absent = fc.constant(undefined);
  const each = Object.entries(fields).map(([name, value]) => {
    const odds = required.includes(name) ? 0 : 2;
    const given = fc.oneof({ weight: odds, arbitrary: absent }, { weight: 1, arbitrary: value });
    return given.map((chosen) => (chosen === undefined ? [] : [[name, chosen] as const]));
  });
  const known = fc.tuple(...each).map((entries) => Object.fromEntries(entries.flat()));
  if (typeof additionalProperties !== 'object') return known;
  return fc.dictionary(fc.constantFrom('a', 'b', 'c'), valuesOf(additionalProperties)).map((more) => more);
}

function strings({ format, pattern, minLength = 0, maxLength = 1000 }: Schema, field: string) {
  const prefix = idPattern.exec(pattern ?? '')?.[1];
  if (prefix !== undefined) return fc.nat(11).map((index) => `{{id:${prefix}:${index}}}`);
  if (format === 'date-time') return fc.constantFrom(...dates);
  if (format === 'email') return fc.oneof(fc.constantFrom(...emails), fc.constant(`{{field:email:0}}`));
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  const text = fc
    .oneof(fc.constantFrom(...words), fc.string({ maxLength: 40, unit: 'binary' }))
    .map((value) => value.padEnd(minLength, 'x').slice(0, maxLength));
  const known = fc.nat(11).map((index) => `{{field:${field}:${index}}}`);
  return field === '' ? text : fc.oneof({ weight: 2, arbitrary: known }, { weight: 1, arbitrary: text });
}

function numbers({ minimum, maximum }: Schema): Arbitrary<number> {
  const min = Math.max(minimum ?? -10, -1_000_000);
  const max = Math.min(maximum ?? 1000, 1_000_000);
  return fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max));
}
