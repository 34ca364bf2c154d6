import type { CanaryVault } from '@lockkeeper/testing';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { z } from 'zod';
import type { Operation } from './description.ts';

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** undefined for what does not end, such as a stream of events. */
  text: string | undefined;
}

const content = z.record(z.string(), z.looseObject({ schema: z.unknown().optional() }));
const response = z.looseObject({ $ref: z.string().optional(), content: content.optional() });
const description = z.looseObject({
  paths: z.record(
    z.string(),
    z.record(z.string(), z.looseObject({ responses: z.record(z.string(), response) })),
  ),
  components: z.looseObject({ responses: z.record(z.string(), response).optional() }).optional(),
});

/** Says what is wrong with an answer, measured by the description of the API alone. */
export class Judge {
  readonly #description: z.infer<typeof description>;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: false });
  readonly #canaries: CanaryVault;

  constructor(document: object, canaries: CanaryVault) {
    this.#description = description.parse(document);
    this.#canaries = canaries;
    addFormats.default(this.#ajv);
    this.#ajv.addSchema({ $id: 'openapi', ...document });
  }

  /** @returns undefined for an answer as it should be */
  complaint(operation: Operation, answer: Answer): string | undefined {
    const { status, text = '' } = answer;
    if (status === 500) return 'answers 500';
    const isHandOut = status < 300 && operation.path.endsWith('/access-token');
    const leaks = isHandOut ? [] : this.#canaries.find(headText(answer) + text);
    if (leaks.length > 0) return `shows ${leaks.join(', ')}`;
    const operations = this.#description.paths[operation.path];
    const described = operations?.[operation.method.toLowerCase()];
    // Not described: nothing more is promised.
    if (described === undefined) return undefined;
    return this.#unlike(described.responses[String(status)], answer, operation);
  }

  #unlike(
    described: z.infer<typeof response> | undefined,
    { status, headers, text }: Answer,
    { path, method }: Operation,
  ): string | undefined {
    if (described === undefined) return `answers ${status}, which is not described`;
    const name = described.$ref?.split('/').at(-1);
    const target = name === undefined ? described : this.#description.components?.responses?.[name];
    const pointer =
      name === undefined
        ? `/paths/${escapePointer(path)}/${method.toLowerCase()}/responses/${status}`
        : `/components/responses/${name}`;
    if (text === undefined) return undefined;
    if (target?.content === undefined) {
      return text === '' ? undefined : `answers ${status} with a body, and describes none`;
    }
    if (status === 204) return text === '' ? undefined : 'answers 204 with a body';
    const type = String(headers['content-type'] ?? '').split(';')[0] ?? '';
    if (target.content[type] === undefined) {
      return `answers ${status} as ${type || 'nothing'}, and describes ${Object.keys(target.content)}`;
    }
    if (!type.endsWith('json')) return undefined;
    return this.#mismatch(`openapi#${pointer}/content/${escapePointer(type)}/schema`, text);
  }

  #mismatch($ref: string, text: string): string | undefined {
    const validate = this.#ajv.getSchema($ref) ?? this.#ajv.compile({ $ref });
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      return 'answers what is no JSON';
    }
    if (validate(body) === true) return undefined;
    return `does not answer as described: ${this.#ajv.errorsText(validate.errors)}`;
  }
}

function headText({ headers }: Answer): string {
  // Our own cookies are the proof that a browser is given; everything else in the head is for everybody.
  return JSON.stringify({ ...headers, 'set-cookie': undefined });
}

function escapePointer(text: string): string {
  return encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1'));
}
