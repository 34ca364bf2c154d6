import { STATUS_CODES } from 'node:http';
import { problem, problemCatalogue } from '@lockkeeper/contract';
import { z } from 'zod';
import { accessOf, type RoutePolicy, stepUpOf } from './route-policy.ts';

/** What the framework says of every answer that has no words of its own. */
const noWords = 'Default Response';

const operation = z.looseObject({
  requestBody: z.looseObject({ required: z.boolean().optional() }).optional(),
  responses: z.record(z.string(), z.looseObject({ description: z.string() })),
});
const description = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ schemas: z.looseObject({}).optional() }),
});

/**
 * Adds to every operation what all routes have in common: the ways in which they refuse, and that public ones ask for
 * no proof. Told by what an operation is, so that no route lists its refusals, and none can forget to.
 */
export function withRefusals(generated: unknown, policy: RoutePolicy): object {
  const { paths, components, ...rest } = description.parse(generated);
  const responses = refusals();
  return {
    ...rest,
    paths: mapValues(paths, (operations, path) =>
      mapValues(operations, (described, method) => {
        const route = `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
        const refused = statusesOf(route, policy).map((status) => [
          String(status),
          { $ref: `#/components/responses/${nameOf(status)}` },
        ]);
        return {
          ...described,
          ...(isPublic(route, policy) ? { security: [] } : {}),
          responses: { ...Object.fromEntries(refused), ...mapValues(described.responses, inWords) },
        };
      }),
    ),
    components: { ...components, responses, schemas: { ...components.schemas, Problem: problemSchema() } },
  };
}

/** A policy refuses with 401 and 403, an address with an id with 404, a change with 409 and more, and so on. */
function statusesOf(route: string, policy: RoutePolicy): number[] {
  const rule = policy[route];
  const access = rule === undefined ? 'public' : accessOf(rule);
  const changes = !route.startsWith('GET ');
  const isPost = route.startsWith('POST ');
  const asksWho = access !== 'public' && access !== 'optional';
  const isFor = Array.isArray(access) || (rule !== undefined && stepUpOf(rule) !== undefined);
  return [
    400,
    ...(asksWho || changes ? [401] : []),
    // Whatever changes something is refused to pages of other sites.
    ...(isFor || changes ? [403] : []),
    ...(route.includes('/:') || changes ? [404] : []),
    ...(changes ? [409, 413, 415, 422] : []),
    429,
    500,
    503,
    // Only a POST asks servers of others before it answers.
    ...(isPost ? [502, 504] : []),
  ];
}

function isPublic(route: string, policy: RoutePolicy): boolean {
  const rule = policy[route];
  return rule !== undefined && accessOf(rule) === 'public';
}

/** One answer for each status in the catalogue, with the codes that it may carry. */
function refusals(): Record<string, object> {
  const statuses = [...new Set(Object.values(problemCatalogue).map(({ status }) => status))];
  return Object.fromEntries(
    statuses.map((status) => {
      const codes = Object.entries(problemCatalogue).filter(([, entry]) => entry.status === status);
      const properties = {
        status: { type: 'integer', enum: [status] },
        code: { type: 'string', enum: codes.map(([code]) => code) },
      };
      const schema = { allOf: [{ $ref: '#/components/schemas/Problem' }, { type: 'object', properties }] };
      return [
        nameOf(status),
        {
          description: codes.map(([code, { title }]) => `\`${code}\`: ${title}`).join('\n\n'),
          content: { 'application/problem+json': { schema } },
        },
      ];
    }),
  );
}

function problemSchema(): object {
  const { $schema: _, ...schema } = z.toJSONSchema(problem);
  return schema;
}

function inWords<Answer extends { description: string }>(answer: Answer, status: string): Answer {
  return answer.description === noWords ? { ...answer, description: STATUS_CODES[status] ?? status } : answer;
}

function nameOf(status: number): string {
  return (STATUS_CODES[status] ?? String(status)).replaceAll(/\W/g, '');
}

function mapValues<In, Out>(record: Record<string, In>, map: (value: In, key: string) => Out) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
