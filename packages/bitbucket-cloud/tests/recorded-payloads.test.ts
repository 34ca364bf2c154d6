import { readFileSync } from 'node:fs';
import { sharedFolder } from '@lockkeeper/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { branch } from '../src/client/branch.ts';
import { pageOf } from '../src/client/page.ts';
import { project } from '../src/client/project.ts';
import { repository, slugOf } from '../src/client/repository.ts';
import { user } from '../src/client/user.ts';
import { workspace } from '../src/client/workspace.ts';
import { workspaceAccess } from '../src/client/workspace-access.ts';

const folder = sharedFolder();

function readShared(path: string): unknown {
  return JSON.parse(readFileSync(`${folder}bitbucket/${path}`, 'utf8'));
}

describe.skipIf(folder === undefined)('recorded payloads (folder ../shared)', () => {
  test.each(['rest/jenkins-repository.json', 'rest/jenkins-repository-2.json'])(
    '%s is a repository',
    (file) => {
      const raw = readShared(`fixtures/${file}`);
      const parsed = repository.parse(raw);
      expect(parsed.uuid).toMatch(/^\{[0-9a-f-]{36}\}$/);
      expect(slugOf(parsed)).toBe(parsed.full_name.split('/')[1]);
      expect(parsed.updated_on).toBeDefined();
    },
  );

  test('its workspace, project and owner are what the client takes them for', () => {
    const raw = z
      .object({ workspace: z.unknown(), project: z.unknown(), owner: z.unknown() })
      .parse(readShared('fixtures/rest/jenkins-repository.json'));
    expect(workspace.parse(raw.workspace).slug).toBe('amunuz');
    expect(project.parse(raw.project).key).toBe('PUB');
    expect(user.parse(raw.owner).uuid).toBe('{644c7fc2-b15a-4445-9f89-35390694fac9}');
  });

  test('a page of branches and a single branch', () => {
    expect(
      pageOf(branch).parse(readShared('fixtures/rest/jenkins-branches.json')).values.length,
    ).toBeGreaterThan(1);
    expect(branch.parse(readShared('fixtures/rest/jenkins-branch.json')).name).toBe('master');
  });
});

describe.skipIf(folder === undefined)("examples of Bitbucket's own description (folder ../shared)", () => {
  const example = z.object({ value: z.unknown() });
  const operation = z.object({
    get: z.object({
      responses: z.object({
        '200': z.object({
          content: z.object({ 'application/json': z.object({ examples: z.object({ response: example }) }) }),
        }),
      }),
    }),
  });

  test('GET /user/workspaces', () => {
    const { paths } = z
      .object({ paths: z.record(z.string(), z.unknown()) })
      .parse(readShared('openapi.json'));
    const { value } = operation.parse(paths['/user/workspaces']).get.responses['200'].content[
      'application/json'
    ].examples.response;
    expect(pageOf(workspaceAccess).parse(value).values[0]?.workspace.slug).toBe('bbworkspace1');
  });

  test('every field the client asks for is one that the description knows, or is recorded', () => {
    const properties = z.object({ properties: z.record(z.string(), z.unknown()) });
    const { components } = z
      .object({
        components: z.object({
          schemas: z.record(z.string(), z.object({ allOf: z.array(z.unknown()) }).or(z.unknown())),
        }),
      })
      .parse(readShared('openapi.json'));
    const known = (name: string): string[] => {
      const { allOf } = z.object({ allOf: z.array(z.unknown()) }).parse(components.schemas[name]);
      return allOf.flatMap((part) => {
        const parsed = properties.safeParse(part);
        return parsed.success ? Object.keys(parsed.data.properties) : [];
      });
    };
    expect([...known('account'), ...known('user')]).toEqual(expect.arrayContaining(Object.keys(user.shape)));
    expect(known('workspace')).toEqual(expect.arrayContaining(Object.keys(workspace.shape)));
    expect(known('workspace_access')).toEqual(expect.arrayContaining(Object.keys(workspaceAccess.shape)));
    expect(known('project')).toEqual(expect.arrayContaining(Object.keys(project.shape)));
    // Recorded payloads hold these two; the description does not list them.
    expect([...known('repository'), 'slug', 'workspace']).toEqual(
      expect.arrayContaining(Object.keys(repository.shape)),
    );
  });
});
