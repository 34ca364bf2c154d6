import { expect, test } from 'vitest';
import { startSandbox } from './test-sandbox.ts';

const repository = '/repositories/northwind-robotics/platform-api';

/** The scope each path needs. */
const needs = {
  '/user': 'account',
  '/user/emails': 'email',
  '/user/workspaces': 'account',
  '/user/workspaces/northwind-robotics/permission': 'account',
  '/workspaces/northwind-robotics/projects': 'project',
  '/workspaces/northwind-robotics/projects/PLAT': 'project',
  '/repositories/northwind-robotics': 'repository',
  [repository]: 'repository',
  [`${repository}/refs/branches`]: 'repository',
  [`${repository}/refs/branches/main`]: 'repository',
  [`${repository}/commits`]: 'repository',
};

test.each<[string, string[]]>([
  ['account', ['account', 'email']],
  ['email', ['email']],
  ['project', ['project', 'repository']],
  ['project:admin', []],
  ['repository', ['repository']],
  ['repository:write', ['repository']],
  ['repository:admin', []],
  ['repository:delete', []],
  ['pullrequest', ['repository']],
  ['pullrequest:write', ['repository']],
  ['webhook', []],
])('%s allows exactly what it implies', async (scope, allowed) => {
  const { connect } = await startSandbox();
  const { get } = await connect([scope]);
  for (const [path, needed] of Object.entries(needs)) {
    const { status, headers, body } = await get(path);
    const isAllowed = allowed.includes(needed);
    expect({ path, isForbidden: status === 403 }).toEqual({ path, isForbidden: !isAllowed });
    expect(headers.get('x-oauth-scopes')).toBe(scope);
    expect(headers.get('x-accepted-oauth-scopes')).toBe(needed);
    if (isAllowed) continue;
    const message = 'Your credentials lack one or more required privilege scopes.';
    expect(body).toEqual({
      type: 'error',
      error: { message, detail: { required: [needed], granted: [scope] } },
    });
  }
});

test('a workspace itself needs a token, and no permission', async () => {
  const { connect, origin } = await startSandbox();
  expect((await (await connect(['webhook'])).get('/workspaces/northwind-robotics')).status).toBe(200);
  expect((await fetch(`${origin}/2.0/workspaces/northwind-robotics`)).status).toBe(401);
});

test('switches permissionChecks and scopeHeaders', async () => {
  const { connect, sandbox } = await startSandbox();
  const { get } = await connect(['webhook']);
  sandbox.changeSwitches({ permissionChecks: false, scopeHeaders: false });
  const { status, headers } = await get('/user');
  expect(status).toBe(200);
  expect(headers.has('x-oauth-scopes')).toBe(false);
});

test('a token counts in the Authorization header only', async () => {
  const { connect, origin } = await startSandbox();
  const { accessToken } = await connect();
  const refused = {
    type: 'error',
    error: { message: 'Token is invalid, expired, or not supported for this endpoint.' },
  };
  const query = await fetch(`${origin}/2.0/user?access_token=${accessToken}`);
  expect([query.status, await query.json()]).toEqual([401, refused]);
  const body = await fetch(`${origin}/2.0${repository}/commits`, {
    method: 'POST',
    body: new URLSearchParams({ access_token: accessToken }),
  });
  expect([body.status, await body.json()]).toEqual([401, refused]);
  for (const authorization of ['Bearer nonsense', `Basic ${accessToken}`, accessToken]) {
    const response = await fetch(`${origin}/2.0/user`, { headers: { authorization } });
    expect([response.status, await response.json()]).toEqual([401, refused]);
  }
});

test('a user reaches only the workspaces of which it is a member', async () => {
  const { connect } = await startSandbox();
  const [mara, jonas, sam] = [
    await connect(),
    await connect(undefined, 'jonas'),
    await connect(undefined, 'sam'),
  ];
  const slugs = async (who: typeof mara) =>
    (await who.all('/user/workspaces?sort=slug')).map((one) => one.workspace);
  expect(await slugs(mara)).toMatchObject([{ slug: 'lumen-health' }, { slug: 'northwind-robotics' }]);
  expect(await slugs(jonas)).toMatchObject([{ slug: 'northwind-robotics' }]);
  expect(await slugs(sam)).toEqual([]);
  for (const path of [
    '/workspaces/lumen-health',
    '/workspaces/lumen-health/projects',
    '/repositories/lumen-health',
  ])
    expect((await jonas.get(path)).status).toBe(404);
  expect((await jonas.get('/user/workspaces/lumen-health/permission')).status).toBe(403);
  expect((await jonas.get('/user/workspaces/northwind-robotics/permission')).body).toMatchObject({
    permission: 'member',
  });
});

test('an entry of /user/workspaces has no name, and administrators can be asked for', async () => {
  const { connect } = await startSandbox();
  const { all } = await connect(undefined, 'jonas');
  const [access] = await all('/user/workspaces');
  expect(access).toMatchObject({
    type: 'workspace_access',
    administrator: false,
    workspace: { type: 'workspace_base', slug: 'northwind-robotics' },
  });
  expect(access?.workspace).not.toHaveProperty('name');
  expect(await all('/user/workspaces?administrator=true')).toEqual([]);
});
