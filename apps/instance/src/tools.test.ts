import type { ToolCall, ToolContext, ToolDefinition, ToolRequest } from '@lockkeeper/tool';
import { describe, expect, test } from 'vitest';
import { tools } from './tools.ts';

const canary = 'canary-of-the-user-who-is-signed-in-there';

interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** A tool that gives one answer to everything, and remembers what it was asked. */
function alwaysAnswering(definition: ToolDefinition, { status, type, headers, body }: Answer) {
  const asked: ToolRequest[] = [];
  const call: ToolCall = async (request) => {
    asked.push(request);
    async function* bytes(): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode(body ?? JSON.stringify({ canary }));
    }
    return {
      status,
      headers: new Headers({ 'content-type': type ?? 'application/json', ...headers }),
      body: bytes(),
    };
  };
  const context: ToolContext = {
    call,
    baseUrl: definition.defaultBaseUrl,
    signal: new AbortController().signal,
  };
  return { asked, context };
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function discoverAll(definition: ToolDefinition, context: ToolContext): Promise<void> {
  for await (const _page of definition.discover(context, undefined)) {
    // Only its end counts.
  }
}

test('kinds are unique, because they are stored', () => {
  const kinds = tools.map(({ kind }) => kind);
  expect(new Set(kinds).size).toBe(kinds.length);
});

describe.each(tools.map((definition) => [definition.label, definition] as const))(
  '%s',
  (_label, definition) => {
    test('says what it is in words that people and settings pages share', () => {
      expect(definition.kind).toMatch(/^[a-z0-9-]{1,60}$/);
      const base = new URL(definition.defaultBaseUrl);
      expect([base.protocol, definition.defaultBaseUrl.endsWith('/')]).toEqual(['https:', false]);
      expect(definition.permissions.length).toBeGreaterThan(0);
      for (const permission of definition.permissions) {
        expect(permission.satisfiedBy).toContain(permission.scope);
        expect(permission.label).toBe(`${permission.group}: ${permission.tick}`);
      }
    });

    const steps = [
      ['connect', (context: ToolContext) => definition.connect(context)],
      ['discover', (context: ToolContext) => discoverAll(definition, context)],
    ] as const;

    describe.each(steps)('%s', (_step, perform) => {
      test.each([
        [{ status: 401 }, 'unauthorized'],
        [{ status: 403 }, 'forbidden'],
        [{ status: 404, type: 'text/html', body: `<p>${canary}` }, 'not_found'],
        [{ status: 410 }, 'removed'],
        [{ status: 429, headers: { 'retry-after': '7' } }, 'throttled'],
        [{ status: 500, type: 'text/html', body: canary }, 'unreachable'],
        [{ status: 302, headers: { location: 'https://evil.example/' } }, 'malformed'],
        [{ status: 200, type: 'text/html', body: `<p>${canary}` }, 'malformed'],
        [{ status: 200, body: `{"broken":"${canary}` }, 'malformed'],
        [{ status: 200, body: `{"another":"form ${canary}"}` }, 'malformed'],
        [{ status: 200, body: 'null' }, 'malformed'],
      ] satisfies [Answer, string][])('reads %j as %s, and repeats nothing of it', async (answer, kind) => {
        const failure = await failureOf(perform(alwaysAnswering(definition, answer).context));
        expect(failure).toMatchObject({ name: 'ToolError', kind });
        expect(`${failure} ${JSON.stringify(failure)}`).not.toContain(canary);
      });

      test('only reads, only below the base URL, and never handles the token', async () => {
        const { asked, context } = alwaysAnswering(definition, { status: 500 });
        await failureOf(perform(context));
        expect(asked).not.toEqual([]);
        for (const { method, path, headers } of asked) {
          expect(method).toBe('GET');
          expect(path).toMatch(/^\/[^/]/);
          expect(Object.keys(headers ?? {}).map((name) => name.toLowerCase())).not.toContain('authorization');
        }
      });
    });

    test('refuses a checkpoint that it cannot have written', async () => {
      const { asked, context } = alwaysAnswering(definition, { status: 500 });
      const work = (async () => {
        for await (const _page of definition.discover(context, { path: 'https://evil.example/' })) break;
      })();
      expect(await failureOf(work)).toBeInstanceOf(Error);
      expect(asked).toEqual([]);
    });
  },
);
