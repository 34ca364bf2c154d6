import { createVisitor } from '@lockkeeper/bitbucket-sandbox';
import {
  applicationRegistry,
  authorizationStarted,
  credential,
  type DiscoveryRun,
  discoveryRun,
  midServer,
  oauthEntityProfile,
  pageOf,
  type Repository,
  repository,
  tokenView,
  tool,
} from '@lockkeeper/contract';
import { z } from 'zod';
import { CommandProblem } from '../../command-problem.ts';
import type { ApiClient } from '../api-client.ts';
import type { Demo } from '../demo.ts';
import { signInAsAdmin } from './signed-in-admin.ts';
import { step } from './step.ts';
import { formatTable } from './table.ts';

const permissions = ['account', 'project', 'webhook', 'pullrequest'];
const sandboxUser = 'mara';
const discoveryTimeoutMs = 10 * 60 * 1000;

const sandboxState = z.object({
  workspaces: z.array(z.object({ slug: z.string(), repositories: z.int() })),
});

/** Whoever wants to look at the result signs in as this person. */
export interface Walked {
  email: string;
  password: string;
}

/**
 * Everything that the walkthrough asks of a person, over public interfaces only: the instance's HTTP API, the
 * sandbox's forms, and the consent page.
 * @throws CommandProblem at the first step that does not work
 */
export async function runWalkthrough(demo: Demo): Promise<Walked> {
  const { publicUrl, sandboxOrigin } = demo;
  console.log('The walkthrough, step by step:');
  const visitor = createVisitor(sandboxOrigin);
  const state = sandboxState.parse(await (await fetch(new URL('/sandbox/state', sandboxOrigin))).json());
  const workspaceSlug = state.workspaces[0]?.slug ?? '';

  const consumer = await step(
    'Bitbucket: Workspace settings > OAuth consumers > Add consumer',
    async () => {
      await visitor.signIn(sandboxUser);
      return visitor.addConsumer(workspaceSlug, {
        name: 'Lockkeeper',
        callback_url: new URL('/oauth_redirect.do', publicUrl).href,
        scope: permissions,
      });
    },
    ({ key }) => `Key ${key}`,
  );
  const { api, email, password } = await step('Sign in with the one-time link', () =>
    signInAsAdmin(publicUrl, demo),
  );
  const suffix = await nameSuffix(api);

  const registry = await step(
    'System OAuth > Application Registry > New',
    () =>
      api.post(
        '/application-registries',
        {
          name: `My Bitbucket App Provider${suffix}`,
          template: 'bitbucket-cloud',
          clientId: consumer.key,
          clientSecret: consumer.secret,
          defaultGrantType: 'authorization_code',
          authorizationUrl: `${sandboxOrigin}/site/oauth2/authorize`,
          tokenUrl: `${sandboxOrigin}/site/oauth2/access_token`,
        },
        applicationRegistry,
      ),
    ({ redirectUrl }) => `Redirect URL ${redirectUrl}`,
  );
  const profile = await step(
    'OAuth Entity Profile made on save',
    async () => {
      const profiles = await api.get('/oauth-entity-profiles?limit=200', pageOf(oauthEntityProfile));
      const found = profiles.items.find(
        (each) => each.applicationRegistryId === registry.id && each.isDefault,
      );
      if (!found) throw new CommandProblem('The Application Registry has no default profile.');
      return found;
    },
    ({ name }) => name,
  );
  const saved = await step('Connections & Credentials > Credentials > New > OAuth 2.0 Credentials', () =>
    api.post(
      '/credentials',
      {
        type: 'oauth2',
        name: `Bitbucket${suffix}`,
        profileId: profile.id,
        appliesTo: { kind: 'all' },
        order: 100,
      },
      credential,
    ),
  );
  await step(
    'Get OAuth Token: Grant access on the consent page, back at /oauth_redirect.do',
    async () => {
      const started = await api.post(`/credentials/${saved.id}/authorization`, {}, authorizationStarted);
      await api.open(await visitor.decide(started.authorizationUrl, 'grant'));
      const token = await api.get(`/credentials/${saved.id}/token`, tokenView);
      if (token.state !== 'available') {
        throw new CommandProblem(
          `The token is not available but ${token.state}. ${token.problem?.detail ?? ''}`,
        );
      }
      return token;
    },
    ({ message }) => message,
  );
  const connected = await step(
    'DevOps > Tools > Bitbucket > New, Connect through the MID Server',
    () => connectTool(api, demo, saved.id, suffix),
    ({ connectReport }) => (connectReport?.permissions ?? []).map(({ label }) => label).join(', '),
  );
  const run = await step(
    'Discover',
    () => discover(api, connected.id),
    ({ found, calls }) => `${found} repositories in ${calls} calls`,
  );
  const repositories = await step('Repositories of all workspaces', () =>
    listRepositories(api, connected.id),
  );
  checkComplete(repositories, state);

  console.log(`\n${tableOf(repositories)}\n`);
  console.log(
    `  ${repositories.length} repositories of ${run.workspaces.length} workspaces, all that there are.`,
  );
  return { email, password };
}

async function connectTool(api: ApiClient, demo: Demo, credentialId: string, suffix: string) {
  const midServers = await api.get('/mid-servers?limit=200', pageOf(midServer));
  const local = midServers.items.find(({ name }) => name === demo.midServerName);
  if (!local) throw new CommandProblem(`There is no MID Server ${demo.midServerName}.`);
  const body = {
    kind: 'bitbucket-cloud',
    name: `Bitbucket Cloud${suffix}`,
    baseUrl: `${demo.sandboxOrigin}/2.0`,
    credentialId,
    midServerId: local.id,
  };
  const created = await api.post('/tools', body, tool);
  const connected = await api.post(`/tools/${created.id}/connect`, {}, tool);
  const problem = connected.connectReport?.problem;
  if (connected.state !== 'connected' || problem) {
    throw new CommandProblem(
      `Connect failed: ${problem?.title ?? connected.state}. ${problem?.detail ?? ''}`,
    );
  }
  const missing = connected.connectReport?.permissions.filter(({ granted }) => !granted) ?? [];
  if (missing.length > 0)
    throw new CommandProblem(`Not granted: ${missing.map(({ label }) => label).join(', ')}`);
  return connected;
}

async function discover(api: ApiClient, toolId: string): Promise<DiscoveryRun> {
  const deadline = Date.now() + discoveryTimeoutMs;
  let run = await api.post(`/tools/${toolId}/discover`, {}, discoveryRun);
  while (['queued', 'running', 'throttled'].includes(run.state)) {
    if (Date.now() > deadline) throw new CommandProblem(`Discover is still ${run.state} after 10 minutes.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    run = await api.get(`/discovery-runs/${run.id}`, discoveryRun);
  }
  if (run.state !== 'succeeded') {
    throw new CommandProblem(`Discover ${run.state}: ${run.problem?.detail ?? 'no reason given'}`);
  }
  return run;
}

async function listRepositories(api: ApiClient, toolId: string): Promise<Repository[]> {
  const all: Repository[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({
      toolId,
      limit: '200',
      sort: 'fullName',
      ...(cursor ? { cursor } : {}),
    });
    const page: { items: Repository[]; nextCursor: string | null } = await api.get(
      `/repositories?${query}`,
      pageOf(repository),
    );
    all.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return all;
}

/** The sandbox says how many there are; the list must hold them all. */
function checkComplete(
  repositories: readonly Repository[],
  { workspaces }: z.infer<typeof sandboxState>,
): void {
  for (const { slug, repositories: expected } of workspaces) {
    const listed = repositories.filter(({ workspaceSlug }) => workspaceSlug === slug).length;
    if (listed !== expected) {
      throw new CommandProblem(
        `The workspace ${slug} has ${expected} repositories, and ${listed} are listed.`,
      );
    }
  }
}

function tableOf(repositories: readonly Repository[]): string {
  return formatTable(
    ['Workspace', 'Project', 'Repository', 'Main branch', 'Updated'],
    repositories.map((each) => [
      each.workspaceSlug,
      each.projectKey ?? '',
      each.slug,
      each.mainBranch ?? '',
      each.updatedAt.slice(0, 10),
    ]),
  );
}

/** Names are unique; from the second walkthrough on the same data they get a number. */
async function nameSuffix(api: ApiClient): Promise<string> {
  const { total } = await api.get('/application-registries?limit=1', pageOf(applicationRegistry));
  return total === 0 ? '' : ` ${total + 1}`;
}
