import type { User } from '../accounts/user.ts';
import { type Html, html } from '../pages/html.ts';
import { layout } from '../pages/layout.ts';
import { timestamp } from '../rest/timestamp.ts';
import type { Workspace } from '../workspaces/workspace.ts';
import type { History } from './history.ts';
import type { Repository } from './repository.ts';

/** More than this many are not shown on one page. */
const SHOWN = 200;

export function repositoryListPage(workspace: Workspace, user: User): Html {
  const repositories = workspace.repositories();
  const rows = repositories.slice(0, SHOWN).map(
    (repository) => html`<tr><td><a href="/${repository.fullName}">${repository.name}</a></td>
<td>${repository.project.name}</td><td>${repository.isPrivate ? 'Private' : 'Public'}</td></tr>`,
  );
  return layout(
    workspace.name,
    user,
    html`<h1>${workspace.name}</h1>
<p class="quiet">${repositories.length} repositories${repositories.length > SHOWN && `, of which the first ${SHOWN} are shown`}</p>
<div class="card scroll"><table><thead><tr><th>Repository</th><th>Project</th><th>Access</th></tr></thead>
<tbody>${rows}</tbody></table></div>`,
  );
}

export function repositoryPage(
  workspace: Workspace,
  repository: Repository,
  history: History,
  user: User,
): Html {
  return layout(
    repository.name,
    user,
    html`<nav class="path" aria-label="Breadcrumb"><a href="/${workspace.slug}">${workspace.name}</a> / ${repository.project.name}</nav>
<h1>${repository.name}</h1>
<p>${repository.description}</p>
<div class="card"><table>
<tr><th scope="row">Main branch</th><td>${repository.mainBranch ?? 'none: the repository is empty'}</td></tr>
<tr><th scope="row">Access</th><td>${repository.isPrivate ? 'Private' : 'Public'}</td></tr>
<tr><th scope="row">Commits</th><td>${history.commits.length}</td></tr>
<tr><th scope="row">Last update</th><td>${timestamp(repository.updatedOn)}</td></tr>
</table></div>
<h2>Branches</h2>
<div class="card"><ul class="plain">${history.branches.map(
      (branch) => html`<li>${branch.name} <code class="quiet">${branch.head.slice(0, 12)}</code></li>`,
    )}</ul></div>`,
  );
}
