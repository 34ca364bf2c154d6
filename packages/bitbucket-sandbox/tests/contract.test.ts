import { sharedFolder } from '@lockkeeper/testing';
import { describe, expect, test } from 'vitest';
import { createContractCheck } from './contract-check.ts';
import { startSandbox } from './test-sandbox.ts';

const folder = sharedFolder();

describe.skipIf(folder === undefined)("Bitbucket's own description (folder ../shared)", () => {
  test('every answer of the sandbox matches openapi.json', async () => {
    const { sandbox, connect } = await startSandbox({ workspaces: 3 });
    const mara = await connect(['account', 'project', 'webhook', 'pullrequest', 'email']);
    const slugs = sandbox.workspaces.map((workspace) => workspace.slug);
    for (const path of [
      '/user',
      '/user/emails',
      '/user/workspaces',
      '/hook_events',
      '/hook_events/repository',
    ])
      expect((await mara.get(path)).status).toBe(200);
    for (const slug of slugs) {
      expect((await mara.get(`/user/workspaces/${slug}/permission`)).status).toBe(200);
      expect((await mara.get(`/workspaces/${slug}`)).status).toBe(200);
      for (const project of await mara.all(`/workspaces/${slug}/projects`))
        expect((await mara.get(`/workspaces/${slug}/projects/${project.key}`)).status).toBe(200);
      for (const repository of (await mara.all(`/repositories/${slug}`)).slice(0, 12)) {
        const path = `/repositories/${repository.full_name}`;
        expect((await mara.get(path)).status).toBe(200);
        for (const branch of (await mara.all(`${path}/refs/branches?pagelen=100`)).slice(0, 2))
          expect((await mara.get(`${path}/refs/branches/${branch.name}`)).status).toBe(200);
        for (const commit of (await mara.page(`${path}/commits`)).values.slice(0, 2))
          expect((await mara.get(`${path}/commit/${commit.hash}`)).status).toBe(200);
      }
    }
  });

  test('the check finds a missing field, a wrong type, a wrong page and an unknown endpoint', () => {
    const check = createContractCheck(`${folder}bitbucket/openapi.json`);
    const find = (url: string, body: unknown, status = 200): string[] =>
      check({ method: 'GET', url, status, contentType: 'application/json', body: JSON.stringify(body) });
    expect(find('/2.0/user', { type: 'user', display_name: 'M' })).toEqual([]);
    expect(find('/2.0/user', { display_name: 'M' })).toHaveLength(1);
    expect(find('/2.0/user?fields=display_name', { display_name: 'M' })).toEqual([]);
    expect(find('/2.0/repositories/w/r', { type: 'repository', is_private: 'yes' })).toHaveLength(1);
    expect(find('/2.0/repositories/w/r', { type: 'repository', mainbranch: null })).toEqual([]);
    expect(find('/2.0/repositories/w', { values: [], more: true })).toHaveLength(1);
    expect(find('/2.0/user/workspaces', { values: [{ administrator: true }] })).toHaveLength(1);
    expect(find('/2.0/nothing', { values: [] })).toHaveLength(1);
    expect(find('/2.0/nothing', { type: 'error', error: {} }, 404)).toHaveLength(1);
  });
});
