import { accountJson } from '../accounts/account-json.ts';
import type { User } from '../accounts/user.ts';
import type { Links } from '../rest/links.ts';
import { timestamp } from '../rest/timestamp.ts';
import type { Project } from './project.ts';
import type { Membership, Workspace } from './workspace.ts';

export function workspaceJson(links: Links, workspace: Workspace): object {
  const { slug, uuid, name } = workspace;
  return {
    type: 'workspace',
    uuid,
    name,
    slug,
    is_private: true,
    is_privacy_enforced: false,
    forking_mode: 'allow_forks',
    created_on: timestamp(workspace.createdOn),
    links: {
      ...workspaceLinks(links, workspace),
      html: links.web(`/${slug}/`),
      members: links.api(`/workspaces/${slug}/members`),
      owners: links.api(`/workspaces/${slug}/members?q=permission="owner"`),
      projects: links.api(`/workspaces/${slug}/projects`),
      repositories: links.api(`/repositories/${slug}`),
      snippets: links.api(`/snippets/${slug}`),
    },
  };
}

/** As part of a repository. */
export function shortWorkspaceJson(links: Links, workspace: Workspace): object {
  const { slug, uuid, name } = workspace;
  return {
    type: 'workspace',
    uuid,
    name,
    slug,
    links: { ...workspaceLinks(links, workspace), html: links.web(`/${slug}/`) },
  };
}

/** An entry of `/user/workspaces`: note that it has no name. */
export function workspaceAccessJson(links: Links, workspace: Workspace, isAdministrator: boolean): object {
  const { slug, uuid } = workspace;
  return {
    type: 'workspace_access',
    administrator: isAdministrator,
    workspace: { type: 'workspace_base', uuid, slug, links: workspaceLinks(links, workspace) },
  };
}

export function membershipJson(
  links: Links,
  workspace: Workspace,
  user: User,
  membership: Membership,
): object {
  return {
    type: 'workspace_membership',
    permission: membership.permission,
    added_on: timestamp(membership.addedOn),
    user: accountJson(links, user),
    workspace: shortWorkspaceJson(links, workspace),
    links: { self: links.api(`/workspaces/${workspace.slug}/members/${user.uuid}`) },
  };
}

export function projectJson(links: Links, workspace: Workspace, project: Project): object {
  return {
    ...shortProjectJson(links, workspace, project),
    description: project.description,
    is_private: project.isPrivate,
    has_publicly_visible_repos: false,
    created_on: timestamp(project.createdOn),
    updated_on: timestamp(project.updatedOn),
    owner: {
      type: 'team',
      uuid: workspace.uuid,
      display_name: workspace.name,
      username: workspace.slug,
      links: {
        self: links.api(`/workspaces/${workspace.uuid}`),
        avatar: links.web(`/workspaces/${workspace.slug}/avatar/`),
        html: links.web(`/${workspace.slug}/`),
      },
    },
    workspace: shortWorkspaceJson(links, workspace),
  };
}

/** As part of a repository. */
export function shortProjectJson(links: Links, workspace: Workspace, project: Project): object {
  const { key, uuid, name } = project;
  const page = `/${workspace.slug}/workspace/projects/${key}`;
  return {
    type: 'project',
    key,
    uuid,
    name,
    links: { html: links.web(page), avatar: links.web(`${page}/avatar/32`) },
  };
}

function workspaceLinks(links: Links, workspace: Workspace): object {
  return {
    self: links.api(`/workspaces/${workspace.slug}`),
    avatar: links.web(`/workspaces/${workspace.slug}/avatar/`),
  };
}
