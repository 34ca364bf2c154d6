import { expect, test } from 'vitest';
import { createVisitor } from '../src/index.ts';
import { startSandbox } from './test-sandbox.ts';

const list = '/northwind-robotics/workspace/settings/oauth-consumers';

/** A browser without pictures: keeps the cookie, follows redirects by hand. */
async function signIn(
  origin: string,
  user: string,
): Promise<(path: string, form?: string) => Promise<Response>> {
  const response = await fetch(`${origin}/account/signin/`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ user, next: '/' }),
  });
  expect(response.status).toBe(303);
  const cookie = response.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/^bitbucket_sandbox_session=\w+; Path=\/; HttpOnly; SameSite=Lax$/);
  return (path, form) =>
    fetch(new URL(path, origin), {
      redirect: 'manual',
      headers: {
        cookie: cookie.split(';', 1)[0] ?? '',
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(form === undefined ? {} : { method: 'POST', body: form }),
    });
}

test('lists the users to sign in as and says that it is a sandbox', async () => {
  const { origin, sandbox } = await startSandbox();
  const page = await (await fetch(`${origin}/account/signin/`)).text();
  for (const user of sandbox.users) expect(page).toContain(`value="${user.nickname}"`);
  expect(page).toContain('Sam O&#39;Neill');
  expect(page).toContain('This is a sandbox: there are no passwords.');
});

test('after signing in goes back to a path of its own only', async () => {
  const { origin } = await startSandbox();
  for (const [next, location] of [
    ['/sandbox?x=1', '/sandbox?x=1'],
    ['//evil.example/', '/'],
    ['/\\evil.example/', '/'],
    ['https://evil.example/', '/'],
  ] as const) {
    const body = new URLSearchParams({ user: 'mara', next });
    const response = await fetch(`${origin}/account/signin/`, { method: 'POST', redirect: 'manual', body });
    expect(response.headers.get('location')).toBe(location);
  }
});

test('the way from the workspaces to Add consumer has the labels of the walkthrough', async () => {
  const { origin } = await startSandbox();
  const open = await signIn(origin, 'mara');
  expect(await (await open('/')).text()).toContain('>Workspace settings<');
  expect(await (await open('/northwind-robotics/workspace/settings')).text()).toContain(
    '>OAuth consumers</a>',
  );
  expect(await (await open(list)).text()).toContain('>Add consumer</a>');
  const form = await (await open(`${list}/new`)).text();
  for (const label of ['Name', 'Description', 'Callback URL', 'URL'])
    expect(form).toContain(`>${label}</label>`);
  expect(form).toContain('This is a private consumer</label>');
  const boxes = [...form.matchAll(/name="scope" value="([^"]+)".*?hidden">([^<]+)<\/span>([^<]+)</gs)];
  const labels = Object.fromEntries(boxes.map(([, scope, group, label]) => [`${group}${label}`, scope]));
  expect(labels).toMatchObject({
    'Account: Email': 'email',
    'Account: Read': 'account',
    'Account: Write': 'account:write',
    'Workspace membership: Read': 'team',
    'Projects: Read': 'project',
    'Projects: Admin': 'project:admin',
    'Repositories: Read': 'repository',
    'Repositories: Delete': 'repository:delete',
    'Pull requests: Read': 'pullrequest',
    'Webhooks: Read and write': 'webhook',
    'Pipelines: Edit variables': 'pipeline:variable',
    'Runners: Write': 'runner:write',
    'Snippets: Read': 'snippet',
  });
});

test('adds a consumer and shows its Key and Secret, edits it without changing them, and deletes it', async () => {
  const { origin, sandbox } = await startSandbox();
  const open = await signIn(origin, 'mara');
  const fields = 'name=Keeper&callback_url=https%3A%2F%2Fi.example%2Fcb&scope=account&scope=project';
  const added = await open(list, fields);
  expect(added.status).toBe(303);
  const [consumer] = sandbox.consumers();
  expect(consumer).toMatchObject({ name: 'Keeper', scopes: ['account', 'project'], isPrivate: false });
  const own = added.headers.get('location') ?? '';
  const page = await (await open(own)).text();
  expect(page).toContain(
    `<label for="key">Key</label><input type="text" id="key" readonly value="${consumer?.key}">`,
  );
  expect(page).toContain(`id="secret" readonly value="${consumer?.secret}"`);
  expect(consumer?.key).toMatch(/^\w{18}$/);
  expect(consumer?.secret).toMatch(/^\w{32}$/);

  expect(await (await open(`${own}/edit`)).text()).toContain('value="account" checked');
  expect((await open(own, `${fields}&is_private=on&scope=webhook`)).status).toBe(303);
  expect(sandbox.consumers()).toEqual([
    { ...consumer, isPrivate: true, scopes: ['account', 'project', 'webhook'] },
  ]);
  expect((await open(`${own}/delete`, '')).headers.get('location')).toBe(list);
  expect(sandbox.consumers()).toEqual([]);
  expect((await open(own)).status).toBe(404);
});

test('a mistake in the form is named, and nothing typed is lost', async () => {
  const { origin, sandbox } = await startSandbox();
  const open = await signIn(origin, 'mara');
  await open(list, 'name=Keeper');
  const refused = await open(list, 'name=keeper&callback_url=nonsense&description=%3Cb%3Ekept&scope=webhook');
  expect(refused.status).toBe(400);
  const page = await refused.text();
  expect(page).toContain('An OAuth consumer with this name already exists in this workspace.');
  expect(page).toContain('Enter a valid URL.');
  expect(page).toContain('&lt;b&gt;kept');
  expect(page).toContain('value="webhook" checked');
  expect(await (await open(list, 'name=')).text()).toContain('This field is required.');
  expect(sandbox.consumers()).toHaveLength(1);
});

test('programs post the same forms and are answered in JSON', async () => {
  const { origin } = await startSandbox();
  const visitor = createVisitor(origin);
  const consumer = {
    name: 'Keeper',
    callback_url: 'https://i.example/cb',
    is_private: true,
    scope: ['webhook'],
  };
  await expect(visitor.addConsumer('lumen-health', consumer)).rejects.toThrow('Sign in first.');
  await expect(visitor.signIn('nobody')).rejects.toThrow('There is no such sandbox user.');
  await visitor.signIn('Mara Lindqvist');
  const added = await visitor.addConsumer('lumen-health', consumer);
  expect(added).toMatchObject({
    name: 'Keeper',
    workspace: 'lumen-health',
    is_private: true,
    scopes: ['webhook'],
  });
  await expect(visitor.addConsumer('lumen-health', consumer)).rejects.toThrow('already exists');
});

test('only administrators of the workspace reach its consumers', async () => {
  const { origin } = await startSandbox();
  const anonymous = await fetch(new URL(list, origin), { redirect: 'manual' });
  expect(anonymous.headers.get('location')).toBe(`/account/signin/?next=${encodeURIComponent(list)}`);
  for (const user of ['jonas', 'sam']) {
    const open = await signIn(origin, user);
    for (const path of [list, `${list}/new`, `${list}/1001`]) expect((await open(path)).status).toBe(403);
    expect((await open(list, 'name=Mine')).status).toBe(403);
  }
});

test('the links to pages lead to a page, whatever a repository is called', async () => {
  const { origin } = await startSandbox();
  const open = await signIn(origin, 'jonas');
  expect(await (await open('/northwind-robotics')).text()).toContain(
    'href="/northwind-robotics/empty-start"',
  );
  const page = await (await open('/northwind-robotics/b-bold-quoted-b')).text();
  expect(page).toContain('&lt;script&gt;alert(&quot;canary-xss&quot;)&lt;/script&gt;');
  expect(page).not.toContain('<script');
  expect((await open('/northwind-robotics/platform-api/branch/main')).status).toBe(200);
  for (const path of ['/lumen-health', '/lumen-health/platform-api', '/northwind-robotics/none', '/x'])
    expect((await open(path)).status).toBe(404);
});
