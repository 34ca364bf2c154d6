import type { User } from '../accounts/user.ts';
import { type Html, html } from '../pages/html.ts';
import { layout } from '../pages/layout.ts';
import { settingsPath, settingsUrl } from '../workspaces/settings-path.ts';
import type { Workspace } from '../workspaces/workspace.ts';
import type { Consumer } from './consumer.ts';
import { permissionLabel } from './permissions.ts';

export function consumerListPage(workspace: Workspace, user: User, consumers: readonly Consumer[]): Html {
  const rows = consumers.map(
    (
      consumer,
    ) => html`<tr><td><a href="${settingsUrl(workspace, 'oauth-consumers', consumer.id)}">${consumer.name}</a></td>
<td>${consumer.description}</td><td>${consumer.isPrivate ? 'Private' : ''}</td></tr>`,
  );
  return layout(
    'OAuth consumers',
    user,
    html`${settingsPath(workspace)}
<h1>OAuth consumers</h1>
<p>An application that wants to act for users of Bitbucket is registered here.</p>
<p><a class="button primary" href="${settingsUrl(workspace, 'oauth-consumers', 'new')}">Add consumer</a></p>
<div class="card scroll">${
      rows.length === 0
        ? html`<p class="quiet">There are no OAuth consumers yet.</p>`
        : html`<table><thead><tr><th>Name</th><th>Description</th><th></th></tr></thead><tbody>${rows}</tbody></table>`
    }</div>`,
  );
}

export function consumerPage(workspace: Workspace, user: User, consumer: Consumer): Html {
  const own = settingsUrl(workspace, 'oauth-consumers', consumer.id);
  return layout(
    consumer.name,
    user,
    html`${settingsPath(workspace, 'OAuth consumers')}
<h1>${consumer.name}</h1>
<div class="card">
${consumer.description !== '' && html`<p>${consumer.description}</p>`}
<div class="field"><label for="key">Key</label><input type="text" id="key" readonly value="${consumer.key}"></div>
<div class="field"><label for="secret">Secret</label><input type="text" id="secret" readonly value="${consumer.secret}"></div>
<table>
<tr><th scope="row">Callback URL</th><td>${consumer.callbackUrl || 'none'}</td></tr>
<tr><th scope="row">URL</th><td>${consumer.url || 'none'}</td></tr>
<tr><th scope="row">Private consumer</th><td>${consumer.isPrivate ? 'Yes' : 'No'}</td></tr>
<tr><th scope="row">Permissions</th><td>${consumer.scopes.map(permissionLabel).join(', ') || 'none'}</td></tr>
</table>
<div class="actions">
<a class="button" href="${own}/edit">Edit</a>
<form method="post" action="${own}/delete"><button class="danger">Delete</button></form>
</div>
</div>`,
  );
}
