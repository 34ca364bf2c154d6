import { describe, expect, it } from 'vitest';
import { newId } from '../src/db/ids.ts';
import { isReferenceViolation } from '../src/db/violations.ts';
import { consent, insertCredential, useTool } from './tool-rig.ts';

const four = [
  ['account', 'Account: Read', 'Account'],
  ['project', 'Projects: Read', 'Projects'],
  ['webhook', 'Webhooks: Read and write', 'Webhooks'],
  ['pullrequest', 'Pull requests: Read', 'Pull requests'],
] as const;

describe('Connect', () => {
  it('tells whom the tool takes us for, which permissions are granted, and how long each part took', async () => {
    const { admin, path, sandbox } = await useTool();
    const { json } = await admin.post(`${path}/connect`);
    expect(json).toMatchObject({ state: 'connected', credentialName: 'Bitbucket', kindLabel: 'Bitbucket' });
    expect(json.connectReport).toMatchObject({
      outcome: 'connected',
      midServer: { name: 'mid-test' },
      account: { id: sandbox.users[0]?.uuid, displayName: sandbox.users[0]?.displayName },
      instanceToMidServerMs: 0,
      midServerToToolMs: expect.any(Number),
      problem: null,
    });
    expect(json.connectReport.permissions).toEqual(
      four.map(([scope, label]) => ({ label, scope, granted: true, remedy: null })),
    );
  });

  it.each(four)('names %s when it is missing, and where to tick it', async (missing, label, group) => {
    const { admin, path, sandbox, origin, state } = await useTool();
    state.token = await consent(sandbox, origin, [
      ...four.map(([scope]) => scope).filter((scope) => scope !== missing),
      'email',
    ]);
    const { json } = await admin.post(`${path}/connect`);
    const remedy = `${group} was not granted. Tick **${label}** on the consumer in Bitbucket, then **Get OAuth Token** again.`;
    // Without Account not even the question who we are is answered.
    if (missing === 'account') {
      expect(json.state).toBe('disconnected');
      expect(json.connectReport.problem).toMatchObject({ code: 'tool.forbidden', detail: remedy });
    } else {
      expect(json.state).toBe('connected');
      const lacking = json.connectReport.permissions.filter((p: { granted: boolean }) => !p.granted);
      expect(lacking).toEqual([{ label, scope: missing, granted: false, remedy }]);
    }
  });

  it('says what to do when the grant was revoked or the consumer is private', async () => {
    const { admin, path, sandbox } = await useTool();
    sandbox.revokeGrants();
    const { json } = await admin.post(`${path}/connect`);
    expect(json.state).toBe('disconnected');
    expect(json.connectReport).toMatchObject({
      outcome: 'failed',
      account: null,
      problem: { code: 'tool.unauthorized', title: 'Bitbucket did not accept the access token' },
    });
    expect(json.connectReport.problem.remedy.join()).toContain('**This is a private consumer**');
    expect(json.connectReport.problem.remedy.join()).toContain('**Get OAuth Token**');
  });

  it.each([
    [
      'an address where something else answers',
      { status: 200, body: { hello: 'canary-answer' } },
      'tool.malformed',
    ],
    [
      'a page instead of JSON',
      { status: 404, headers: { 'content-type': 'text/html' }, body: '<p>canary-answer' },
      'tool.not_found',
    ],
    ['a removed function', { status: 410, body: {} }, 'tool.removed'],
    ['a fault of the tool', { status: 500, body: {} }, 'tool.unreachable'],
    ['a connection that breaks', { hangup: 'before' as const }, 'tool.unreachable'],
  ])('tells %s apart', async (_what, fault, code) => {
    const { admin, path, sandbox } = await useTool();
    sandbox.failNext({ path: '/2.0/user', ...fault });
    const { json, text } = await admin.post(`${path}/connect`);
    expect(json.state).toBe('disconnected');
    expect(json.connectReport.problem.code).toBe(code);
    expect(text).not.toContain('canary-answer');
  });

  it('an address without the path of the API gets the one to set', async () => {
    const { admin, path, origin } = await useTool();
    await admin.patch(path, { baseUrl: origin });
    const { json } = await admin.post(`${path}/connect`);
    expect(json.connectReport.problem.remedy[0]).toBe(`Set **Base URL** to ${origin}/2.0`);
  });

  it('a wait is not a lost connection: the tool is Throttled until it is over', async () => {
    const { admin, path, sandbox } = await useTool();
    sandbox.failNext({ path: '/2.0/user', status: 429, headers: { 'retry-after': '600' } });
    const { json } = await admin.post(`${path}/connect`);
    expect(json.state).toBe('throttled');
    expect(json.connectReport.problem.code).toBe('tool.throttled');
    expect(Date.parse(json.throttledUntil)).toBeGreaterThan(Date.now() + 590_000);
    sandbox.inspection.clear();
    await admin.post(`${path}/connect`);
    expect(sandbox.inspection.requests()).toEqual([]);
  });

  it('leaves an audit entry, also when it fails', async () => {
    const { admin, path, sandbox, database } = await useTool();
    sandbox.revokeGrants();
    await admin.post(`${path}/connect`);
    const entries = await database.db
      .selectFrom('audit_entries')
      .select(['action', 'outcome', 'summary'])
      .where('action', 'like', 'tool.%')
      .orderBy('sequence')
      .execute();
    expect(entries).toEqual([
      { action: 'tool.created', outcome: 'success', summary: 'created the tool Bitbucket Cloud' },
      { action: 'tool.connected', outcome: 'success', summary: 'connected the tool Bitbucket Cloud' },
      {
        action: 'tool.connected',
        outcome: 'failure',
        summary: 'could not connect the tool Bitbucket Cloud: Bitbucket did not accept the access token',
      },
    ]);
  });
});

describe('settings', () => {
  it('IN-06: bad input names the field, a host that is none of the credential too, and nothing is saved', async () => {
    const { admin, tool, origin, credentialId } = await useTool();
    const good = { kind: 'bitbucket-cloud', name: 'Second', baseUrl: `${origin}/2.0`, credentialId };
    const cases: [Record<string, unknown>, number, string, string][] = [
      [{ name: '' }, 400, 'name', 'must not be empty'],
      [{ name: 'BITBUCKET cloud' }, 409, 'name', 'is the name of another tool'],
      [{ kind: 'nothing' }, 400, 'kind', 'is no kind of tool'],
      [{ baseUrl: 'http://api.bitbucket.org/2.0' }, 400, 'baseUrl', 'must start with https://'],
      [
        { baseUrl: 'https://evil.example/2.0' },
        400,
        'baseUrl',
        'must be an address of https://api.bitbucket.org',
      ],
      [
        { baseUrl: 'https://api.bitbucket.org@evil.example/2.0' },
        400,
        'baseUrl',
        'must not contain a user name',
      ],
      [
        { baseUrl: 'https://169.254.169.254/2.0' },
        400,
        'baseUrl',
        'must be an address of the public internet',
      ],
      [{ credentialId: newId('credential') }, 400, 'credentialId', 'does not exist'],
      [{ midServerId: newId('midServer') }, 400, 'midServerId', 'does not exist'],
    ];
    for (const [change, status, field, message] of cases) {
      const refused = await admin.post('/api/v1/tools', { ...good, ...change });
      expect([change, refused.status]).toEqual([change, status]);
      const problem = refused.json.errors.find((e: { field: string }) => e.field === field);
      expect(problem?.message).toContain(message);
    }
    const { items } = (await admin.get('/api/v1/tools')).json;
    expect(items.map(({ id }: { id: string }) => id)).toEqual([tool.id]);
  });

  it("another provider's credential is refused: its token is not for this tool", async () => {
    const { admin, path, tool, database } = await useTool();
    const foreign = await insertCredential(database.db, 'Elsewhere', 'generic');
    const { status, json } = await admin.patch(path, { credentialId: foreign });
    expect([status, json.errors[0]]).toMatchObject([
      400,
      { field: 'credentialId', code: 'other_provider', message: expect.stringContaining('Elsewhere') },
    ]);
    expect((await admin.get(path)).json.credentialId).toBe(tool.credentialId);
  });

  it("the base URL is the vendor's own when none is given, and loses the slash at its end", async () => {
    const { admin, credentialId } = await useTool();
    const body = { kind: 'bitbucket-cloud', name: 'Real', credentialId };
    const real = await admin.post('/api/v1/tools', body);
    expect([real.status, real.json.baseUrl]).toEqual([201, 'https://api.bitbucket.org/2.0']);
    const slash = await admin.patch(`/api/v1/tools/${real.json.id}`, {
      baseUrl: 'https://api.bitbucket.org/2.0/',
    });
    expect([slash.json.baseUrl, slash.json.version]).toEqual(['https://api.bitbucket.org/2.0', 2]);
  });

  it('of two who save one name at once, one is told that it is taken', async () => {
    const { admin, credentialId } = await useTool();
    const body = { kind: 'bitbucket-cloud', name: 'Twin', credentialId };
    const both = await Promise.all([admin.post('/api/v1/tools', body), admin.post('/api/v1/tools', body)]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(both.find(({ status }) => status === 409)?.json.errors[0].field).toBe('name');
  });

  it('another credential makes it Disconnected; another name does not', async () => {
    const { admin, path, database } = await useTool();
    expect((await admin.patch(path, { name: 'Renamed' })).json).toMatchObject({
      name: 'Renamed',
      state: 'connected',
    });
    const other = await insertCredential(database.db, 'Other');
    expect((await admin.patch(path, { credentialId: other })).json).toMatchObject({
      state: 'disconnected',
      connectReport: null,
    });
  });

  it('a change on top of one that somebody else made is refused', async () => {
    const { admin, path, tool } = await useTool();
    await admin.patch(path, { name: 'First', version: tool.version });
    const late = await admin.patch(path, { name: 'Second', version: tool.version });
    expect([late.status, late.json.code]).toEqual([409, 'record.changed']);
    expect((await admin.get(path)).json.name).toBe('First');
  });

  it('keeps its credential from being deleted, until it is gone itself', async () => {
    const { admin, path, database, credentialId } = await useTool();
    const remove = () => database.db.deleteFrom('credentials').where('id', '=', credentialId).execute();
    const refused = await remove().catch((error: unknown) => error);
    expect(isReferenceViolation(refused)).toBe(true);
    expect((await admin.delete(path)).status).toBe(204);
    expect((await admin.get(path)).status).toBe(404);
    await remove();
  });
});

describe('a call at the tool', () => {
  it('comes back as the tool answered it, harmless to a browser', async () => {
    const { admin, path, instance, tool, sandbox } = await useTool();
    const key = instance.client({ roles: ['integration'], toolIds: [tool.id] });
    const answer = await key.get(`${path}/proxy/user/workspaces?pagelen=1&sort=slug`);
    expect(answer.status).toBe(200);
    expect(answer.json.values[0].workspace.slug).toBe(sandbox.workspaces.map((w) => w.slug).sort()[0]);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-security-policy': "sandbox; default-src 'none'",
      'content-disposition': 'attachment',
      'cache-control': 'no-store',
      'x-oauth-scopes': expect.stringContaining('account'),
    });
    const missing = await key.get(`${path}/proxy/repositories/no/such`);
    expect([missing.status, missing.json.type]).toEqual([404, 'error']);
    void admin;
  });

  it('IN-06: a credential is used only with a permission for its tool', async () => {
    const { path, instance, sandbox } = await useTool();
    for (const toolIds of [[], [newId('tool')]]) {
      const { status, json } = await instance.client({ roles: ['admin'], toolIds }).get(`${path}/proxy/user`);
      expect([status, json.code]).toEqual([403, 'access.denied']);
    }
    expect(sandbox.inspection.requests()).toEqual([]);
  });

  it('IN-06: only reads, unless the API key may write', async () => {
    const { path, instance, tool, sandbox, database } = await useTool();
    const reader = instance.client({ roles: ['integration'], toolIds: [tool.id] });
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const { status, json } = await reader.send(method, `${path}/proxy/user`, {});
      expect([method, status, json.code]).toEqual([method, 403, 'tool.write_refused']);
    }
    expect(sandbox.inspection.requests()).toEqual([]);
    const writer = instance.client({ roles: ['integration'], toolIds: [tool.id], mayWrite: true });
    await writer.post(`${path}/proxy/user?secret-search=1`, { a: 1 });
    expect(sandbox.inspection.requests().map(({ method, url }) => [method, url])).toEqual([
      ['POST', '/2.0/user?secret-search=1'],
    ]);
    const entry = await database.db
      .selectFrom('audit_entries')
      .select('summary')
      .where('action', '=', 'tool.called')
      .executeTakeFirst();
    expect(entry?.summary).toBe('called POST /user at the tool Bitbucket Cloud');
  });

  it.each(['..%2f..%2fsite', '%2e%2e/x', 'a/..%5cb', '%252e%252e/x', 'a%0d%0ab'])(
    'AG-11: does not leave the base URL by the path %s',
    async (climbing) => {
      const { path, instance, tool, sandbox } = await useTool();
      const key = instance.client({ toolIds: [tool.id] });
      const { status, json } = await key.get(`${path}/proxy/${climbing}`);
      // Where `fetch` itself resolves the dots, the address is another route, or none.
      expect([
        [400, 'tool.path_refused'],
        [404, 'record.unknown'],
        [404, 'route.unknown'],
        [400, 'request.invalid'],
      ]).toContainEqual([status, json.code]);
      expect(sandbox.inspection.requests()).toEqual([]);
    },
  );

  it('waits for no one: while the tool is throttled the caller is told until when', async () => {
    const { path, instance, tool, sandbox } = await useTool();
    const key = instance.client({ toolIds: [tool.id] });
    sandbox.failNext({ path: '/2.0/user', status: 429, headers: { 'retry-after': '60' } });
    for (const _attempt of [1, 2]) {
      const { status, json, headers } = await key.get(`${path}/proxy/user`);
      expect([status, json.code]).toEqual([429, 'tool.throttled']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(50);
    }
    expect(sandbox.inspection.requests()).toHaveLength(1);
  });

  it('is not made with settings that nobody tested', async () => {
    const { admin, path, instance, tool, origin } = await useTool();
    await admin.patch(path, { baseUrl: `${origin}/2.0/repositories` });
    const { status, json } = await instance.client({ toolIds: [tool.id] }).get(`${path}/proxy/user`);
    expect([status, json.code]).toEqual([409, 'tool.not_connected']);
  });
});
