import type { Links } from '../rest/links.ts';
import { timestamp } from '../rest/timestamp.ts';
import type { Workspace } from '../workspaces/workspace.ts';
import { shortProjectJson, shortWorkspaceJson } from '../workspaces/workspace-json.ts';
import type { Repository } from './repository.ts';

export function repositoryJson(links: Links, workspace: Workspace, repository: Repository): object {
  const { name, slug, uuid, fullName, parent } = repository;
  const api = `/repositories/${fullName}`;
  return {
    type: 'repository',
    full_name: fullName,
    links: {
      self: links.api(api),
      html: links.web(`/${fullName}`),
      avatar: links.web(`/ravatar/${uuid}`),
      pullrequests: links.api(`${api}/pullrequests`),
      commits: links.api(`${api}/commits`),
      forks: links.api(`${api}/forks`),
      watchers: links.api(`${api}/watchers`),
      downloads: links.api(`${api}/downloads`),
      clone: [
        { name: 'https', href: links.web(`/${fullName}.git`).href },
        { name: 'ssh', href: `ssh://git@ssh.bitbucket.org/${fullName}.git` },
      ],
      hooks: links.api(`${api}/hooks`),
    },
    name,
    slug,
    description: repository.description,
    scm: 'git',
    website: null,
    owner: {
      type: 'team',
      display_name: workspace.name,
      username: workspace.slug,
      uuid: workspace.uuid,
      links: {
        self: links.api(`/workspaces/${workspace.uuid}`),
        avatar: links.web(`/workspaces/${workspace.slug}/avatar/`),
        html: links.web(`/${workspace.slug}/`),
      },
    },
    workspace: shortWorkspaceJson(links, workspace),
    is_private: repository.isPrivate,
    project: shortProjectJson(links, workspace, repository.project),
    fork_policy: repository.isPrivate ? 'no_public_forks' : 'allow_forks',
    created_on: timestamp(repository.createdOn),
    updated_on: timestamp(repository.updatedOn),
    size: repository.size,
    language: repository.language,
    uuid,
    mainbranch: repository.mainBranch === null ? null : { name: repository.mainBranch, type: 'branch' },
    override_settings: { default_merge_strategy: false, branching_model: false },
    parent: parent === undefined ? null : shortRepositoryJson(links, parent),
    enforced_signed_commits: null,
    has_issues: false,
    has_wiki: false,
  };
}

/** As part of another object. */
export function shortRepositoryJson(links: Links, repository: Repository): object {
  const { name, uuid, fullName } = repository;
  return {
    type: 'repository',
    full_name: fullName,
    links: {
      self: links.api(`/repositories/${fullName}`),
      html: links.web(`/${fullName}`),
      avatar: links.web(`/ravatar/${uuid}`),
    },
    name,
    uuid,
  };
}
