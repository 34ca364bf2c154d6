import { accountJson } from '../accounts/account-json.ts';
import { escapeHtml } from '../pages/html.ts';
import type { Links } from '../rest/links.ts';
import { timestampOfSeconds } from '../rest/timestamp.ts';
import type { World } from '../seed/world.ts';
import type { Branch, Commit } from './history.ts';
import type { Repository } from './repository.ts';
import { shortRepositoryJson } from './repository-json.ts';

export function commitJson(links: Links, world: World, repository: Repository, commit: Commit): object {
  const { hash, author, message } = commit;
  const user = author.userUuid === undefined ? undefined : world.findUser(author.userUuid);
  const api = `/repositories/${repository.fullName}`;
  const own = `${api}/commit/${hash}`;
  return {
    type: 'commit',
    hash,
    date: timestampOfSeconds(commit.date),
    author: {
      type: 'author',
      raw: `${author.name} <${author.email}>`,
      ...(user === undefined ? {} : { user: accountJson(links, user) }),
    },
    message,
    summary: { raw: message, markup: 'markdown', html: `<p>${escapeHtml(message.trim())}</p>` },
    links: {
      self: links.api(own),
      html: links.web(`/${repository.fullName}/commits/${hash}`),
      diff: links.api(`${api}/diff/${hash}`),
      approve: links.api(`${own}/approve`),
      comments: links.api(`${own}/comments`),
      statuses: links.api(`${own}/statuses`),
      patch: links.api(`${api}/patch/${hash}`),
    },
    parents: commit.parents.map((parent) => ({
      hash: parent,
      type: 'commit',
      links: {
        self: links.api(`${api}/commit/${parent}`),
        html: links.web(`/${repository.fullName}/commits/${parent}`),
      },
    })),
    repository: shortRepositoryJson(links, repository),
  };
}

export function branchJson(
  links: Links,
  world: World,
  repository: Repository,
  branch: Branch,
  target: Commit | undefined,
): object {
  const { name } = branch;
  const api = `/repositories/${repository.fullName}`;
  return {
    name,
    type: 'branch',
    links: {
      commits: links.api(`${api}/commits/${name}`),
      self: links.api(`${api}/refs/branches/${name}`),
      html: links.web(`/${repository.fullName}/branch/${name}`),
    },
    default_merge_strategy: 'merge_commit',
    merge_strategies: ['merge_commit', 'squash', 'fast_forward'],
    ...(target === undefined ? {} : { target: commitJson(links, world, repository, target) }),
  };
}
