import type { User } from '../accounts/user.ts';
import type { Consumer } from '../consumers/consumer.ts';
import { permissionLabel } from '../consumers/permissions.ts';
import { type Html, html } from '../pages/html.ts';
import { layout } from '../pages/layout.ts';

export function consentPage(consumer: Consumer, user: User, action: string): Html {
  const permissions = consumer.scopes.map(
    (scope) => html`<li>${permissionLabel(scope)} <code class="quiet">${scope}</code></li>`,
  );
  return layout(
    'Confirm access to your account',
    user,
    html`<div class="card narrow">
<h1>Confirm access to your account</h1>
<p><strong>${consumer.name}</strong> (workspace ${consumer.workspaceSlug}) is requesting access to the following
for your account <strong>${user.displayName}</strong>:</p>
${consumer.description !== '' && html`<p class="quiet">${consumer.description}</p>`}
<ul class="plain">${permissions.length === 0 ? html`<li>No permissions</li>` : permissions}</ul>
<form method="post" action="${action}" class="actions">
<button class="primary" name="decision" value="grant">Grant access</button>
<button name="decision" value="cancel">Cancel</button>
</form>
</div>`,
  );
}
