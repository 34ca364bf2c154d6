import { type Html, html } from '../pages/html.ts';
import { layout } from '../pages/layout.ts';
import type { World } from '../seed/world.ts';
import { membershipOf } from '../workspaces/workspace.ts';
import type { User } from './user.ts';

export function signInPage(world: World, next: string): Html {
  const buttons = world.users.map(
    (user) => html`<button class="wide" name="user" value="${user.nickname}">${user.displayName}
<small>${roles(world, user)}</small></button>`,
  );
  return layout(
    'Sign in',
    undefined,
    html`<div class="card narrow">
<h1>Sign in to the sandbox</h1>
<p>This is a sandbox: there are no passwords. Choose who you want to be.</p>
<form method="post" action="/account/signin/">
<input type="hidden" name="next" value="${next}">
${buttons}
</form>
</div>`,
  );
}

function roles(world: World, user: User): string {
  const list = world
    .workspacesOf(user.uuid)
    .map((workspace) => `${membershipOf(workspace, user.uuid)?.permission} of ${workspace.name}`);
  if (list.length > 3) return `${list.slice(0, 3).join(', ')} and ${list.length - 3} more`;
  return list.join(', ') || 'in no workspace';
}
