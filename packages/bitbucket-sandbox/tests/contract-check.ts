import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { z } from 'zod';
import type { ApiAnswer } from '../src/index.ts';

/** What is wrong with an answer by Bitbucket's published description; empty if nothing is. */
export type ContractCheck = (answer: ApiAnswer) => string[];

const responseSchema = z.object({ content: z.record(z.string(), z.unknown()).optional() });
const documentSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
});
const operationSchema = z.object({ responses: z.record(z.string(), responseSchema) });

/**
 * Values the service was recorded to send though its description forbids them: `mainbranch` and `parent` are
 * null where there is none, and `detail` of a 403 for missing scopes is an object.
 */
const deviations: Readonly<Record<string, (schema: unknown) => unknown>> = {
  mainbranch: (schema) => ({ anyOf: [schema, { type: 'null' }] }),
  parent: (schema) => ({ anyOf: [schema, { type: 'null' }] }),
  detail: (schema) => ({ anyOf: [schema, { type: 'object', required: ['required', 'granted'] }] }),
};

export function createContractCheck(file: string): ContractCheck {
  const text = readFileSync(file, 'utf8');
  const { paths } = documentSchema.parse(JSON.parse(text));
  const templates = Object.keys(paths).map((path) => ({ path, pattern: patternOf(path) }));
  // An answer that was cut down by `fields` lacks what is required.
  const whole = createValidators(toJsonSchema(JSON.parse(text), true));
  const partial = createValidators(toJsonSchema(JSON.parse(text), false));

  return ({ method, url, status, contentType, body }) => {
    const { pathname, searchParams } = new URL(url, 'http://sandbox.invalid');
    const path = pathname.replace(/^\/2\.0/, '').replace(/\/$/, '');
    const name = `${method} ${url} (${status})`;
    if (status === 304) return body === '' ? [] : [`${name}: a 304 has no body`];
    if (contentType.startsWith('text/html') && status === 404) return [];
    if (!contentType.startsWith('application/json')) return [`${name}: it is ${contentType || 'of no type'}`];
    const pointer = pointerOf(
      paths,
      templates.find(({ pattern }) => pattern.test(path))?.path,
      method,
      status,
    );
    if (pointer === 'undescribed') return [];
    if (pointer === undefined) return [`${name}: the description knows no such endpoint`];
    const validate = (searchParams.has('fields') ? partial : whole)(pointer);
    if (validate(JSON.parse(body))) return [];
    return (validate.errors ?? []).map((error) => `${name}: ${error.instancePath} ${error.message}`);
  };
}

const errorPointer = '#/components/schemas/error';

/** Where the schema of the answer stands in the document. */
function pointerOf(
  paths: z.infer<typeof documentSchema>['paths'],
  path: string | undefined,
  method: string,
  status: number,
): string | undefined {
  const verb = method.toLowerCase();
  const operation = operationSchema.safeParse(path === undefined ? undefined : paths[path]?.[verb]);
  if (path === undefined || !operation.success) return status >= 400 ? errorPointer : undefined;
  const response = operation.data.responses[String(status)];
  if (response === undefined) return status >= 400 ? errorPointer : 'undescribed';
  if (response.content?.['application/json'] === undefined) return 'undescribed';
  const escaped = path.replaceAll('~', '~0').replaceAll('/', '~1');
  return `#/paths/${encodeURIComponent(escaped)}/${verb}/responses/${status}/content/application~1json/schema`;
}

function createValidators(document: unknown): (pointer: string) => ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'bitbucket', ...z.record(z.string(), z.unknown()).parse(document) });
  const known = new Map<string, ValidateFunction>();
  return (pointer) => {
    const validate = known.get(pointer) ?? ajv.compile({ $ref: `bitbucket${pointer}` });
    known.set(pointer, validate);
    return validate;
  };
}

/** From the schema dialect of OpenAPI 3.0 to JSON Schema. */
function toJsonSchema(value: unknown, keepRequired: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => toJsonSchema(item, keepRequired));
  if (typeof value !== 'object' || value === null) return value;
  // Of this one the description's schema and its own example contradict each other; the sandbox follows the example.
  if ('title' in value && value.title === 'Subject Types') return { type: 'object' };
  const result: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    if (['discriminator', 'examples', 'example'].includes(name)) continue;
    const isDemand = (name === 'required' && Array.isArray(inner)) || inner === true;
    if (isDemand && ['required', 'uniqueItems'].includes(name) && !keepRequired) continue;
    const converted = toJsonSchema(inner, keepRequired);
    result[name] = name === 'properties' ? withDeviations(converted) : converted;
  }
  if (result.nullable === true) return { anyOf: [result, { type: 'null' }] };
  return result;
}

function withDeviations(properties: unknown): unknown {
  const entries = Object.entries(z.record(z.string(), z.unknown()).parse(properties));
  return Object.fromEntries(entries.map(([name, schema]) => [name, deviations[name]?.(schema) ?? schema]));
}

/** The last parameter of a path (a branch, a revision) may hold slashes. */
function patternOf(path: string): RegExp {
  const source = path
    .replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&')
    .replace(/\/\{(name|revision)\}$/, '/.+')
    .replaceAll(/\{[^}]*\}/g, '[^/]+');
  return new RegExp(`^${source}$`);
}
