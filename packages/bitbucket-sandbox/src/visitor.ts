import { z } from 'zod';
import { SESSION_COOKIE } from './accounts/session.ts';
import type { ConsumerJson } from './consumers/consumer-json.ts';

/** The fields of the Add consumer form, by their names on the wire. */
export interface NewConsumer {
  readonly name: string;
  readonly description?: string;
  readonly callback_url?: string;
  readonly url?: string;
  readonly is_private?: boolean;
  /** The ticked permissions, as scopes: `account`, `project`, `webhook`, `pullrequest`, … */
  readonly scope: readonly string[];
}

/** Somebody who uses the screens without a browser, by posting the same forms to the same addresses. */
export interface Visitor {
  signIn(user: string): Promise<void>;
  addConsumer(workspaceSlug: string, consumer: NewConsumer): Promise<ConsumerJson>;
  /** Opens an authorization URL, answers the consent page, and tells where it redirects to. */
  decide(authorizationUrl: string, decision: 'grant' | 'cancel'): Promise<string>;
}

const consumerSchema = z.object({
  id: z.number(),
  workspace: z.string(),
  name: z.string(),
  description: z.string(),
  callback_url: z.string(),
  url: z.string(),
  is_private: z.boolean(),
  scopes: z.array(z.string()),
  key: z.string(),
  secret: z.string(),
});

/** @throws Error with the sandbox's answer when it refuses */
export function createVisitor(origin: string, fetchFn: typeof fetch = fetch): Visitor {
  let cookie = '';

  const post = (url: URL, fields: readonly [string, string][], accept: string): Promise<Response> =>
    fetchFn(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { accept, cookie, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams([...fields]).toString(),
    });

  return {
    signIn: async (user) => {
      const response = await post(new URL('/account/signin/', origin), [['user', user]], 'application/json');
      if (!response.ok) throw new Error(`Signing in to the sandbox failed: ${await response.text()}`);
      await response.arrayBuffer();
      const cookies = response.headers.getSetCookie().map((one) => one.split(';', 1)[0] ?? '');
      cookie = cookies.find((one) => one.startsWith(`${SESSION_COOKIE}=`)) ?? '';
    },
    addConsumer: async (workspaceSlug, { scope, is_private, ...texts }) => {
      const url = new URL(`/${workspaceSlug}/workspace/settings/oauth-consumers`, origin);
      const fields = [
        ...Object.entries(texts),
        ...scope.map((one): [string, string] => ['scope', one]),
        ...(is_private ? ([['is_private', 'on']] satisfies [string, string][]) : []),
      ];
      const response = await post(url, fields, 'application/json');
      if (!response.ok) throw new Error(`Adding the consumer failed: ${await response.text()}`);
      return consumerSchema.parse(await response.json());
    },
    decide: async (authorizationUrl, decision) => {
      const url = new URL(authorizationUrl, origin);
      if (url.origin !== new URL(origin).origin) throw new Error(`${url.origin} is not the sandbox.`);
      const response = await post(url, [['decision', decision]], 'text/html');
      const location = response.headers.get('location');
      const text = await response.text();
      if (location === null)
        throw new Error(`The sandbox showed a page instead of redirecting: ${textOf(text)}`);
      return location;
    },
  };
}

/** The words of a page, for a message. */
function textOf(page: string): string {
  const main = /<main>([\s\S]*)<\/main>/.exec(page)?.[1] ?? page;
  return main
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 300);
}
