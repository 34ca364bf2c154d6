import { z } from 'zod';

/** JSON Schema as far as the sampler looks into it. */
export interface Schema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  format?: string;
  pattern?: string;
  $ref?: string;
}

const schema: z.ZodType<Schema> = z.looseObject({});

const described = z.looseObject({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        parameters: z
          .array(
            z.looseObject({ name: z.string(), in: z.string(), required: z.boolean().optional(), schema }),
          )
          .optional(),
        requestBody: z
          .looseObject({ content: z.record(z.string(), z.looseObject({ schema: schema.optional() })) })
          .optional(),
      }),
    ),
  ),
});

export interface Parameter {
  name: string;
  in: string;
  required: boolean;
  schema: Schema;
}

export interface Operation {
  /** `POST /api/v1/tools/{id}/connect` */
  route: string;
  method: string;
  path: string;
  parameters: Parameter[];
  body: Schema | undefined;
}

const order = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Reading first and deleting last: what is gone cannot be tried. */
export function operationsOf(description: unknown): Operation[] {
  const { paths } = described.parse(description);
  return Object.entries(paths)
    .flatMap(([path, operations]) =>
      Object.entries(operations).map(([name, { parameters = [], requestBody }]) => {
        const method = name.toUpperCase();
        return {
          route: `${method} ${path}`,
          method,
          path,
          parameters: parameters.map((each) => ({ ...each, required: each.required ?? false })),
          body: requestBody?.content['application/json']?.schema,
        };
      }),
    )
    .toSorted((a, b) => order.indexOf(a.method) - order.indexOf(b.method));
}

/** A route that the description leaves out, such as `GET /api/v1/tools/:id/proxy/*`, with what its address tells. */
export function undescribed(route: string): Operation {
  const [method = '', pattern = ''] = route.split(' ');
  const path = pattern.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{rest}');
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return {
    route: `${method} ${path}`,
    method,
    path,
    parameters: names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
    body: undefined,
  };
}
