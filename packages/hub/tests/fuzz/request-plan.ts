import fc, { type Arbitrary } from 'fast-check';
import type { Operation, Parameter } from './description.ts';
import type { KnownValues } from './known-values.ts';
import { cursorsFor, fillRaws, oddHeaders, oddTexts, rawBodies, rawPlace } from './nonsense.ts';
import { valuesOf } from './sampler.ts';

/** A request before real ids are in it: the same for the same seed, whatever the instance holds. */
export interface RequestPlan {
  path: Record<string, string>;
  query: [string, string][];
  headers: Record<string, string>;
  json: { value: unknown } | undefined;
  raw: { text: string; type: string | undefined } | undefined;
}

export interface PlannedRequest {
  method: string;
  address: string;
  headers: Record<string, string>;
  body: string | undefined;
}

export function plansFor(operation: Operation): Arbitrary<RequestPlan> {
  return fc
    .record({
      path: pathsFor(operation),
      query: queriesFor(operation.parameters.filter((each) => each.in === 'query')),
      headers: oddHeaders,
      content: contentsFor(operation),
    })
    .map(({ content, ...rest }) => ({ ...rest, ...content }));
}

function pathsFor({ path, parameters }: Operation): Arbitrary<Record<string, string>> {
  const named = parameters.filter((each) => each.in === 'path');
  // Deep more often than not: the noun before a parameter tells nothing, its schema does.
  const values = named.map(({ name, schema }) => [
    name,
    fc.oneof(
      {
        weight: 6,
        arbitrary: valuesOf(schema, path.includes(`{${name}}/`) ? name : name).map((value) =>
          encode(String(value)),
        ),
      },
      { weight: 1, arbitrary: oddTexts },
    ),
  ]);
  return fc.record(Object.fromEntries(values));
}

function queriesFor(parameters: readonly Parameter[]): Arbitrary<[string, string][]> {
  const sort = parameters.find(({ name }) => name === 'sort')?.schema.enum?.map(String) ?? [];
  const each = parameters.map(({ name, required, schema }) => {
    const valid = valuesOf(schema, name).map((value) => encode(String(value)));
    const value =
      name === 'cursor'
        ? cursorsFor(sort)
        : fc.oneof({ weight: 5, arbitrary: valid }, { weight: 1, arbitrary: oddTexts });
    const pair = value.map((text): [string, string][] => [[name, text]]);
    return fc.oneof(
      { weight: required ? 8 : 2, arbitrary: pair },
      { weight: required ? 1 : 5, arbitrary: fc.constant<[string, string][]>([]) },
    );
  });
  const extra = fc.oneof(
    { weight: 12, arbitrary: fc.constant<[string, string][]>([]) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<[string, string][]>(
        [['unknown', 'x']],
        [['__proto__', 'x']],
        [
          ['limit', '1'],
          ['limit', '2'],
        ],
        [['a[b]', 'c']],
        [['', '']],
      ),
    },
  );
  return fc.tuple(...each, extra).map((pairs) => pairs.flat());
}

function contentsFor({ method, body }: Operation): Arbitrary<Pick<RequestPlan, 'json' | 'raw'>> {
  const nothing = fc.constant({ json: undefined, raw: undefined });
  if (method === 'GET') return nothing;
  const raw = rawBodies.map((text) => ({ json: undefined, raw: text }));
  if (body === undefined) {
    return fc.oneof({ weight: 6, arbitrary: nothing }, { weight: 1, arbitrary: raw });
  }
  const valid = valuesOf(body);
  const wrap = (value: unknown) => ({ json: { value }, raw: undefined });
  return fc.oneof(
    { weight: 6, arbitrary: valid.map(wrap) },
    { weight: 5, arbitrary: broken(valid).map(wrap) },
    { weight: 1, arbitrary: raw },
    { weight: 1, arbitrary: nothing },
  );
}

/** A valid body with one thing wrong, anywhere in it. */
function broken(valid: Arbitrary<unknown>): Arbitrary<unknown> {
  const change = fc.constantFrom('replace', 'replace', 'replace', 'drop', 'add', 'add');
  return fc
    .record({ value: valid, at: fc.nat(999), change, nonsense: rawPlace })
    .map(({ value, at, change, nonsense }) => {
      const places = placesIn(value);
      return edit(value, places[at % places.length] ?? [], change, nonsense);
    });
}

type Place = (string | number)[];

function placesIn(value: unknown, place: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [place];
  return [place, ...Object.entries(value).flatMap(([key, each]) => placesIn(each, [...place, key]))];
}

function edit(value: unknown, [key, ...rest]: Place, change: string, nonsense: string): unknown {
  if (key === undefined) {
    if (change === 'add' && typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { ...value, unknown: nonsense };
    }
    return nonsense;
  }
  if (Array.isArray(value)) {
    return value.map((each, index) =>
      String(index) === String(key) ? edit(each, rest, change, nonsense) : each,
    );
  }
  return Object.fromEntries(
    Object.entries(value ?? {}).flatMap(([name, each]) => {
      if (name !== key) return [[name, each]];
      return change === 'drop' && rest.length === 0 ? [] : [[name, edit(each, rest, change, nonsense)]];
    }),
  );
}

/** Puts what is known of the instance into a plan. */
export function requestOf(operation: Operation, plan: RequestPlan, known: KnownValues): PlannedRequest {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => plan.path[name] ?? 'x');
  const query = plan.query.map(([name, value]) => `${encode(name)}=${value}`).join('&');
  const { json, raw } = plan;
  const body =
    json === undefined
      ? raw?.text
      : JSON.stringify(json.value, (_key, value) =>
          typeof value === 'string' ? known.resolve(value) : value,
        );
  const type = json === undefined ? raw?.type : 'application/json';
  return {
    method: operation.method,
    address: known.resolve(query === '' ? path : `${path}?${query}`, encode),
    headers: { ...plan.headers, ...(type === undefined ? {} : { 'content-type': type }) },
    body: body === undefined ? undefined : fillRaws(body),
  };
}

/** Leaves the places of known values readable. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll('%7B%7B', '{{')
    .replaceAll('%7D%7D', '}}')
    .replaceAll(/(?<=\{\{[^}]*)%3A/g, ':');
}
