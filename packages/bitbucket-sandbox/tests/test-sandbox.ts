import { sharedFolder, TestClock } from '@lockkeeper/testing';
import { expect, onTestFinished } from 'vitest';
import { z } from 'zod';
import {
  type Consumer,
  createSandbox,
  createVisitor,
  type Sandbox,
  type SandboxOptions,
} from '../src/index.ts';
import { createContractCheck } from './contract-check.ts';

const folder = sharedFolder();
const check = folder === undefined ? undefined : createContractCheck(`${folder}bitbucket/openapi.json`);

export const callback = 'https://instance.example/oauth_redirect.do';
export const walkthroughScopes = ['account', 'project', 'webhook', 'pullrequest'];

const pageSchema = z.object({
  values: z.array(z.record(z.string(), z.unknown())),
  pagelen: z.number().optional(),
  size: z.number().optional(),
  page: z.number().optional(),
  next: z.string().optional(),
  previous: z.string().optional(),
});
export type TestPage = z.infer<typeof pageSchema>;

const tokenSchema = z.looseObject({
  access_token: z.string(),
  refresh_token: z.string().optional(),
  expires_in: z.number(),
});

export interface JsonAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface TestSandbox {
  readonly sandbox: Sandbox;
  readonly origin: string;
  readonly clock: TestClock;
  /** A consumer in the first workspace. */
  consumer(fields?: Partial<Consumer>): Consumer;
  /** Posts to the token endpoint with the consumer's own key and secret. */
  token(
    consumer: Consumer,
    form: Record<string, string>,
    headers?: Record<string, string>,
  ): Promise<JsonAnswer>;
  /** The code of a consent by that user. */
  code(consumer: Consumer, query?: Record<string, string>, user?: string): Promise<string>;
  /** Consent and token exchange in one. */
  connect(scopes?: readonly string[], user?: string): Promise<Connection>;
}

export interface Connection {
  readonly consumer: Consumer;
  readonly accessToken: string;
  readonly refreshToken: string;
  get(path: string, headers?: Record<string, string>): Promise<JsonAnswer>;
  page(path: string): Promise<TestPage>;
  /** Follows `next` to the end. */
  all(path: string): Promise<TestPage['values']>;
}

/** A sandbox of its own for a test, every API answer of which is held against the description. */
export async function startSandbox(options: SandboxOptions = {}): Promise<TestSandbox> {
  const clock = new TestClock();
  const mismatches: string[] = [];
  const sandbox = await createSandbox({
    clock: clock.now,
    onApiAnswer: (answer) => mismatches.push(...(check?.(answer) ?? [])),
    ...options,
  });
  const origin = await sandbox.listen();
  onTestFinished(async () => {
    await sandbox.close();
    expect(mismatches).toEqual([]);
  });

  let count = 0;
  const consumer: TestSandbox['consumer'] = (fields = {}) => {
    count += 1;
    const slug = sandbox.workspaces[0]?.slug ?? '';
    return sandbox.addConsumer(fields.workspaceSlug ?? slug, {
      name: `Consumer ${count}`,
      callbackUrl: callback,
      scopes: walkthroughScopes,
      ...fields,
    });
  };
  const token: TestSandbox['token'] = async ({ key, secret }, form, headers) =>
    readAnswer(
      await fetch(`${origin}/site/oauth2/access_token`, {
        method: 'POST',
        headers: headers ?? { authorization: `Basic ${btoa(`${key}:${secret}`)}` },
        body: new URLSearchParams(form),
      }),
    );
  const code: TestSandbox['code'] = async ({ key }, query = {}, user = 'mara') => {
    const visitor = createVisitor(origin);
    await visitor.signIn(user);
    const parameters = new URLSearchParams({ client_id: key, response_type: 'code', ...query });
    const location = await visitor.decide(`/site/oauth2/authorize?${parameters}`, 'grant');
    return new URL(location).searchParams.get('code') ?? location;
  };
  const connect: TestSandbox['connect'] = async (scopes = walkthroughScopes, user = 'mara') => {
    const own = consumer({ scopes });
    const form = { grant_type: 'authorization_code', code: await code(own, {}, user) };
    const tokens = tokenSchema.parse((await token(own, form)).body);
    return connection(origin, own, tokens.access_token, tokens.refresh_token ?? '');
  };
  return { sandbox, origin, clock, consumer, token, code, connect };
}

function connection(
  origin: string,
  consumer: Consumer,
  accessToken: string,
  refreshToken: string,
): Connection {
  const get: Connection['get'] = async (path, headers = {}) => {
    const url = new URL(path.startsWith('/') ? `/2.0${path}` : path, origin);
    return readAnswer(await fetch(url, { headers: { authorization: `Bearer ${accessToken}`, ...headers } }));
  };
  const page = async (path: string): Promise<TestPage> => {
    const { status, body } = await get(path);
    expect({ path, status }).toEqual({ path, status: 200 });
    return pageSchema.parse(body);
  };
  const all = async (path: string): Promise<TestPage['values']> => {
    const values: TestPage['values'] = [];
    for (let next: string | undefined = path; next !== undefined; ) {
      const one: TestPage = await page(next);
      values.push(...one.values);
      next = one.next;
    }
    return values;
  };
  return { consumer, accessToken, refreshToken, get, page, all };
}

async function readAnswer(response: Response): Promise<JsonAnswer> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && text !== '' ? JSON.parse(text) : text,
  };
}

export const tokensOf = (answer: JsonAnswer): z.infer<typeof tokenSchema> => {
  expect(answer.status).toBe(200);
  return tokenSchema.parse(answer.body);
};
