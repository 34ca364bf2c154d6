import type { User } from '../accounts/user.ts';
import { type Html, html } from '../pages/html.ts';
import { layout } from '../pages/layout.ts';
import { settingsPath } from '../workspaces/settings-path.ts';
import type { Workspace } from '../workspaces/workspace.ts';
import type { ConsumerForm, ConsumerFormErrors } from './consumer-form.ts';
import { permissionGroups } from './permissions.ts';

export interface ConsumerFormPage {
  readonly title: 'Add OAuth consumer' | 'Edit OAuth consumer';
  readonly action: string;
  readonly cancel: string;
  readonly form: ConsumerForm;
  readonly errors: ConsumerFormErrors;
}

export function consumerFormPage(workspace: Workspace, user: User, page: ConsumerFormPage): Html {
  const { form, errors } = page;
  return layout(
    page.title,
    user,
    html`${settingsPath(workspace, 'OAuth consumers')}
<h1>${page.title}</h1>
<form method="post" action="${page.action}" class="card" novalidate>
${Object.keys(errors).length > 0 && html`<p class="errors" role="alert">The consumer was not saved. Please correct the marked fields.</p>`}
${field('name', 'Name', form.name, errors.name, 'Required. Users see it when they are asked for access.')}
<div class="field"><label for="description">Description</label>
<textarea id="description" name="description" rows="2">${form.description}</textarea></div>
${field('callback_url', 'Callback URL', form.callback_url, errors.callback_url, 'Required for OAuth 2.0. The redirect_uri of a request must begin with it.')}
${field('url', 'URL', form.url, errors.url, 'Optional. Where users can learn more about your application.')}
<p><label class="tick"><input type="checkbox" name="is_private" ${form.is_private && html`checked`}> This is a private consumer</label></p>
<p class="hint">A private consumer is for its own workspace and may use client credentials.</p>
<h2>Permissions</h2>
${errors.scope !== undefined && html`<p class="error">${errors.scope}</p>`}
${permissionGroups.map(
  (group) =>
    html`<fieldset><legend>${group.label}</legend><div class="boxes">${group.permissions.map(
      (permission) =>
        html`<label><input type="checkbox" name="scope" value="${permission.scope}" ${
          form.scope.includes(permission.scope) && html`checked`
        }><span><span class="visually-hidden">${group.label}: </span>${permission.label}</span></label>`,
    )}</div></fieldset>`,
)}
<div class="actions"><button class="primary">Save</button><a class="button" href="${page.cancel}">Cancel</a></div>
</form>`,
  );
}

function field(name: string, label: string, value: string, error: string | undefined, hint: string): Html {
  return html`<div class="field"><label for="${name}">${label}</label>
<input type="text" id="${name}" name="${name}" value="${value}" autocomplete="off" aria-describedby="${name}-hint"${
    error !== undefined && html` aria-invalid="true" aria-errormessage="${name}-error"`
  }>
${error !== undefined && html`<p class="error" id="${name}-error">${error}</p>`}
<p class="hint" id="${name}-hint">${hint}</p></div>`;
}
