import type { User } from '../accounts/user.ts';
import { type Html, html } from '../pages/html.ts';
import { layout } from '../pages/layout.ts';
import { settingsPath, settingsUrl } from './settings-path.ts';
import { isAdministrator, type Workspace } from './workspace.ts';

export function homePage(user: User, workspaces: readonly Workspace[]): Html {
  const cards = workspaces.map(
    (workspace) => html`<section class="card"><h2><a href="/${workspace.slug}">${workspace.name}</a></h2>
<p class="quiet">${workspace.repositoryCount} repositories in ${workspace.projects.length} projects</p>
${
  isAdministrator(workspace, user.uuid)
    ? html`<a class="button" href="${settingsUrl(workspace)}">Workspace settings<span class="visually-hidden"> of ${workspace.name}</span></a>`
    : html`<p class="hint">You do not administer this workspace.</p>`
}</section>`,
  );
  return layout(
    'Your workspaces',
    user,
    html`<h1>Your workspaces</h1>${cards.length === 0 ? html`<p>You are in no workspace.</p>` : cards}`,
  );
}

export function settingsPage(workspace: Workspace, user: User): Html {
  return layout(
    'Workspace settings',
    user,
    html`${settingsPath(workspace)}
<h1>Workspace settings</h1>
<div class="card"><h2>Apps and features</h2>
<ul class="plain"><li><a href="${settingsUrl(workspace, 'oauth-consumers')}">OAuth consumers</a></li></ul></div>`,
  );
}
