import type { DiscoveryPage, ToolCall, ToolRequest } from '@lockkeeper/tool';
import { expect, test } from 'vitest';
import { discover } from './discover.ts';

const baseUrl = 'https://api.example/2.0';
const A = '{a}';
const B = '{b}';

type Answer = { status?: number; headers?: Record<string, string>; json: unknown };

/** A Bitbucket of three answers a listing; the key is path and query, as they leave. */
function world(answers: Record<string, Answer>) {
  const asked: string[] = [];
  const call: ToolCall = async ({ path, query }: ToolRequest) => {
    const key = `${path}?${query ?? ''}`;
    asked.push(key);
    const answer = answers[key] ?? { status: 404, json: { type: 'error', error: { message: 'No such' } } };
    async function* body(): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode(JSON.stringify(answer.json));
    }
    return {
      status: answer.status ?? 200,
      headers: new Headers({ 'content-type': 'application/json', ...answer.headers }),
      body: body(),
    };
  };
  return { asked, context: { call, baseUrl, signal: new AbortController().signal } };
}

const access = (uuid: string) => ({
  type: 'workspace_access',
  administrator: true,
  workspace: { type: 'workspace_base', uuid, slug: uuid.slice(1, -1) },
});
const repo = (uuid: string, extra: object = {}) => ({
  uuid,
  name: uuid,
  full_name: `a/${uuid.slice(1, -1)}`,
  is_private: true,
  ...extra,
});

const WORKSPACES = '/user/workspaces?pagelen=100&sort=slug';
const projects = (w: string) => `/workspaces/${encodeURIComponent(w)}/projects?pagelen=100&sort=key`;
const repositories = (w: string) => `/repositories/${encodeURIComponent(w)}?pagelen=100&sort=created_on`;

const answers: Record<string, Answer> = {
  [WORKSPACES]: { json: { values: [access(A), access(B)], size: 2 } },
  [projects(A)]: { json: { values: [{ uuid: '{p}', key: 'P', name: 'P' }] } },
  [repositories(A)]: {
    json: {
      size: 3,
      values: [repo('{1}', { workspace: { name: 'Harbour' } }), repo('{2}')],
      next: `${baseUrl}/repositories/%7Ba%7D?ctx=opaque`,
    },
  },
  '/repositories/%7Ba%7D?ctx=opaque': { json: { values: [repo('{3}')], size: 3 } },
  [projects(B)]: { json: { values: [] } },
  [repositories(B)]: { json: { values: [], size: 0 } },
};

async function run(context: Parameters<typeof discover>[0], checkpoint?: unknown): Promise<DiscoveryPage[]> {
  const pages: DiscoveryPage[] = [];
  for await (const page of discover(context, checkpoint)) pages.push(page);
  return pages;
}

test('reads every listing of every workspace with no call more than there are pages', async () => {
  const { asked, context } = world(answers);
  const pages = await run(context);
  expect(asked).toEqual(Object.keys(answers));
  expect(
    pages.flatMap((page) => (page.of === 'repositories' ? page.items.map((item) => item.externalId) : [])),
  ).toEqual(['{1}', '{2}', '{3}']);
  expect(pages.filter((page) => page.of !== 'unreadable' && page.complete)).toHaveLength(5);
  expect(asked.join()).not.toContain('role=');
});

test('goes on after any checkpoint with exactly the pages that are left', async () => {
  const whole = await run(world(answers).context);
  for (const [index, page] of whole.entries()) {
    const { asked, context } = world(answers);
    // A checkpoint lives in a database: it must survive as JSON.
    const rest = await run(context, JSON.parse(JSON.stringify(page.checkpoint)));
    expect(asked).toEqual(Object.keys(answers).slice(index + 1));
    expect(rest).toEqual(whole.slice(index + 1));
  }
});

test('passes over a workspace that is shut to the user and reads the others', async () => {
  const { context } = world({
    ...answers,
    [projects(A)]: {
      status: 403,
      json: { type: 'error', error: { message: 'Two-step verification needed' } },
    },
  });
  const pages = await run(context);
  expect(pages.map((page) => page.of)).toEqual(['workspaces', 'unreadable', 'projects', 'repositories']);
  expect(pages[1]).toMatchObject({ workspaceExternalId: A, error: { kind: 'forbidden' } });
});

test('ends at a missing scope, because no other workspace would answer either', async () => {
  const { context } = world({
    ...answers,
    [projects(A)]: {
      status: 403,
      headers: { 'x-oauth-scopes': 'account', 'x-accepted-oauth-scopes': 'project' },
      json: {},
    },
  });
  await expect(run(context)).rejects.toMatchObject({
    kind: 'forbidden',
    missingScope: 'project',
    message: expect.stringContaining('**Projects: Read**'),
  });
});

test('names that look like markup, formulas or templates stay data', async () => {
  const name = '<img src=x onerror=alert(1)>{{7*7}}<g:evaluate>=cmd()';
  const { context } = world({
    ...answers,
    [repositories(B)]: {
      json: {
        values: [repo('{x}', { name, description: name, links: { html: { href: 'javascript:alert(1)' } } })],
      },
    },
  });
  const found = (await run(context)).flatMap((page) => (page.of === 'repositories' ? page.items : []));
  expect(found.at(-1)).toMatchObject({ name, description: name, url: undefined });
});

test('refuses a page whose rows lack what everything is keyed by', async () => {
  const { context } = world({ ...answers, [repositories(A)]: { json: { values: [{ name: 'no uuid' }] } } });
  await expect(run(context)).rejects.toMatchObject({ kind: 'malformed' });
});
