import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { AgentError } from './agent-error.ts';

const fileSchema = z.strictObject({
  rules: z.array(
    z.strictObject({
      methods: z.array(z.string().regex(/^[A-Z]+$/)).min(1),
      /** `*` stands for one segment of a path, `**` at the end for any rest. */
      paths: z.array(z.string().startsWith('/')).min(1),
      /** Without it the rule holds for every origin. */
      origins: z.array(z.url()).optional(),
    }),
  ),
  /** Token hosts to which the instance may open a tunnel, as `host:port`. */
  tunnels: z
    .array(z.string().regex(/^(\[[0-9a-f:.]+\]|[a-z0-9._-]+):\d{1,5}$/, 'must be host:port, in lower case'))
    .default([]),
});

/** What the owner of this agent's host lets pass. */
export interface AllowList {
  call(call: { method: string; origin: string; path: string }): boolean;
  /** @param where `host:port` */
  tunnel(where: string): boolean;
}

/** Without a file everything that the instance may ask for is allowed; with one, only what it lists. */
export function readAllowList(file: string | undefined): AllowList {
  if (file === undefined) return { call: () => true, tunnel: () => true };
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new AgentError(`The allow-list ${file} cannot be read as JSON. Nothing is called without it.`);
  }
  const parsed = fileSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new AgentError(
      `The allow-list ${file} is not valid at ${issue?.path.join('.')}: ${issue?.message}`,
    );
  }
  const rules = parsed.data.rules.map((rule) => ({ ...rule, paths: rule.paths.map(patternOf) }));
  const { tunnels } = parsed.data;
  return {
    call: ({ method, origin, path }) =>
      rules.some(
        (rule) =>
          rule.methods.includes(method) &&
          (rule.origins === undefined || rule.origins.includes(origin)) &&
          rule.paths.some((pattern) => pattern.test(path)),
      ),
    tunnel: (where) => tunnels.includes(where),
  };
}

function patternOf(path: string): RegExp {
  const parts = path.split('/').map((segment) => {
    if (segment === '**') return '.*';
    return segment.split('*').map(escaped).join('[^/]*');
  });
  return new RegExp(`^${parts.join('/')}$`);
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
