import type { Project, Repository, Workspace } from '@lockkeeper/contract';
import { eventually } from '@lockkeeper/testing';
import { describe, expect, it } from 'vitest';
import { newId } from '../src/db/ids.ts';
import { useTool } from './tool-rig.ts';

async function useDiscovered() {
  const rig = await useTool();
  const { admin, path } = rig;
  const discover = async () => {
    const { id } = (await admin.post(`${path}/discover`)).json;
    await eventually(async () => {
      expect((await admin.get(`/api/v1/discovery-runs/${id}`)).json.state).toBe('succeeded');
    });
  };
  await discover();
  const list = async <T>(noun: string, query = ''): Promise<T[]> =>
    (await admin.get(`/api/v1/${noun}?limit=200${query}`)).json.items;
  const save = async (body: object) => (await admin.put(`${path}/tracking`, body)).json;
  return { ...rig, discover, list, save };
}

describe('the choice of what is tracked', () => {
  it("is nobody's until somebody chooses", async () => {
    const { list, admin, path } = await useDiscovered();
    const repositories = await list<Repository>('repositories');
    expect(repositories.every((r) => !r.tracked && r.trackingReason === 'Not chosen')).toBe(true);
    expect((await admin.get(path)).json).toMatchObject({ repositoryCount: 60, trackedCount: 0 });
  });

  it('is previewed without being saved, and saved as it was previewed', async () => {
    const { list, admin, path, save } = await useDiscovered();
    const [workspace] = await list<Workspace>('workspaces');
    const body = { patterns: { include: [`${workspace?.slug}/**`], exclude: ['*-a*'] } };
    const preview = (await admin.post(`${path}/tracking/preview`, body)).json;
    expect(await list('repositories', '&tracked=true')).toEqual([]);
    expect(preview.total).toBe(60);
    expect(await save(body)).toEqual(preview);
    const tracked = await list<Repository>('repositories', '&tracked=true');
    expect(tracked).toHaveLength(preview.tracked);
    expect(tracked.every((r) => r.trackingReason === `Included by ${workspace?.slug}/**`)).toBe(true);
    expect((await admin.get(path)).json).toMatchObject({
      trackedCount: preview.tracked,
      patterns: body.patterns,
    });
  });

  it('follows the nearest tick, before patterns', async () => {
    const { list, save } = await useDiscovered();
    const [repository] = await list<Repository>('repositories');
    const projects = await list<Project>('projects', `&workspaceId=${repository?.workspaceId}`);
    const project = projects.find(({ id }) => id === repository?.projectId);
    await save({
      patterns: { include: ['**'], exclude: [] },
      choices: [
        { id: repository?.workspaceId, choice: 'exclude' },
        { id: project?.id, choice: 'include' },
        { id: repository?.id, choice: 'exclude' },
      ],
    });
    const inWorkspace = await list<Repository>('repositories', `&workspaceId=${repository?.workspaceId}`);
    for (const each of inWorkspace) {
      const expected =
        each.id === repository?.id
          ? [false, 'Unticked']
          : each.projectId === project?.id
            ? [true, 'Ticked above']
            : [false, 'Unticked above'];
      expect([each.tracked, each.trackingReason]).toEqual(expected);
    }
    const elsewhere = (await list<Repository>('repositories', '&tracked=true')).filter(
      (each) => each.workspaceId !== repository?.workspaceId,
    );
    expect(elsewhere.length).toBeGreaterThan(0);
    await save({ choices: [{ id: repository?.id, choice: null }] });
    expect((await list<Repository>('repositories')).find(({ id }) => id === repository?.id)?.tracked).toBe(
      true,
    );
  });

  it('holds for repositories that are found later, and survives discoveries', async () => {
    const { list, save, state, discover } = await useDiscovered();
    const [workspace] = await list<Workspace>('workspaces');
    await save({
      patterns: { include: ['**/new-*'], exclude: [] },
      choices: [{ id: workspace?.id, choice: null }],
    });
    const [ticked] = await list<Repository>('repositories');
    await save({ choices: [{ id: ticked?.id, choice: 'include' }] });
    let copied = false;
    state.edit = (page) => {
      const [first] = page.values;
      if (copied || first === undefined || page.size === undefined) return;
      copied = true;
      const slug = 'new-arrival';
      const full_name = first.full_name.replace(/\/.*/, `/${slug}`);
      page.values.push({
        ...first,
        uuid: '{00000000-0000-4000-8000-000000000000}',
        slug,
        name: slug,
        full_name,
      });
      page.size += 1;
    };
    await discover();
    const tracked = await list<Repository>('repositories', '&tracked=true&sort=name');
    expect(tracked.map((r) => [r.name, r.trackingReason]).sort()).toEqual(
      [
        ['new-arrival', 'Included by **/new-*'],
        [ticked?.name, 'Ticked'],
      ].sort(),
    );
  });

  it('refuses a tick on what is not of this tool, and changes nothing', async () => {
    const { admin, path, list } = await useDiscovered();
    const { status, json } = await admin.put(`${path}/tracking`, {
      patterns: { include: ['**'], exclude: [] },
      choices: [{ id: newId('repository'), choice: 'include' }],
    });
    expect([status, json.errors[0].field]).toEqual([400, 'choices']);
    expect(await list('repositories', '&tracked=true')).toEqual([]);
  });
});

describe('the inventory', () => {
  it('can be searched, filtered, sorted and paged, with a total', async () => {
    const { admin, list } = await useDiscovered();
    const repositories = await list<Repository>('repositories');
    const names = repositories.map((r) => r.fullName);
    expect(names).toEqual(names.toSorted());
    const some = repositories[7];
    const search = await list<Repository>('repositories', `&q=${some?.slug.slice(0, 4).toUpperCase()}`);
    expect(search.map(({ id }) => id)).toContain(some?.id);
    expect(await list('repositories', '&q=%25')).toEqual([]);
    const bySize = await list<Repository>('repositories', '&sort=-sizeBytes');
    expect(bySize.map((r) => r.sizeBytes)).toEqual(
      bySize.map((r) => r.sizeBytes).toSorted((a, b) => (b ?? 0) - (a ?? 0)),
    );
    const first = (await admin.get('/api/v1/repositories?limit=25&sort=-updatedAt')).json;
    const second = (
      await admin.get(`/api/v1/repositories?limit=25&sort=-updatedAt&cursor=${first.nextCursor}`)
    ).json;
    expect([first.total, second.total]).toEqual([60, 60]);
    const ids = [...first.items, ...second.items].map(({ id }: Repository) => id);
    expect(new Set(ids).size).toBe(50);
    const [project] = await list<Project>('projects', '&sort=-name');
    const ofProject = await list<Repository>('repositories', `&projectId=${project?.id}`);
    expect(ofProject).toHaveLength(project?.repositoryCount ?? -1);
  });

  it('WB-04: names and descriptions that look like markup stay data', async () => {
    const { list, state, discover } = await useDiscovered();
    const evil = `<img src=x onerror=alert(1)>"'\`{{7*7}}\u0000\u202e`;
    state.edit = ({ values }) => {
      for (const value of values) Object.assign(value, { name: evil, description: evil });
    };
    await discover();
    const repositories = await list<Repository>('repositories');
    // PostgreSQL holds no NUL; everything else is kept to the letter.
    const kept = evil.replace('\u0000', '\ufffd');
    expect(new Set(repositories.map((r) => r.name))).toEqual(new Set([kept]));
    expect(repositories[0]?.description).toBe(kept);
  });
});
