import { z } from 'zod';
import type { User } from '../accounts/user.ts';
import type { ConsumerStore } from '../consumers/consumer-store.ts';
import { type Html, html } from '../pages/html.ts';
import { layout } from '../pages/layout.ts';
import type { World } from '../seed/world.ts';
import { type Switches, switchesSchema } from '../switches/switches.ts';
import type { Inspection } from './inspection.ts';

const choicesSchema = z.object({
  properties: z.record(
    z.string(),
    z.object({
      type: z.string().optional(),
      enum: z.array(z.string()).optional(),
      anyOf: z.array(z.object({ const: z.unknown() })).optional(),
    }),
  ),
});
const { properties } = choicesSchema.parse(z.toJSONSchema(switchesSchema, { io: 'input' }));

export interface ControlPageParts {
  readonly world: World;
  readonly consumers: ConsumerStore;
  readonly switches: Switches;
  readonly inspection: Inspection;
}

export function controlPage(parts: ControlPageParts, user: User | undefined): Html {
  const { world, consumers, switches, inspection } = parts;
  return layout(
    'Controls',
    user,
    html`<h1>Controls of the sandbox</h1>
<h2>Data</h2>
<div class="card scroll"><table><thead><tr><th>Workspace</th><th>Projects</th><th>Repositories</th><th>Members</th></tr></thead>
<tbody>${world.workspaces.map(
      (workspace) => html`<tr><td>${workspace.name} <code class="quiet">${workspace.slug}</code></td>
<td>${workspace.projects.length}</td><td>${workspace.repositoryCount}</td>
<td>${workspace.members.map((member) => world.findUser(member.userUuid)?.displayName ?? '').join(', ')}</td></tr>`,
    )}</tbody></table></div>
<h2>Users</h2>
<div class="card"><ul class="plain">${world.users.map(
      (one) => html`<li>${one.displayName} <code class="quiet">${one.nickname}</code></li>`,
    )}</ul></div>
<h2>OAuth consumers</h2>
<div class="card"><ul class="plain">${
      consumers.listAll().length === 0 ? html`<li class="quiet">None yet.</li>` : undefined
    }${consumers
      .listAll()
      .map((one) => html`<li>${one.name} <span class="quiet">in ${one.workspaceSlug}</span></li>`)}</ul></div>
<h2>Requests so far</h2>
<div class="card">${inspection.apiRequests().length} to the API, ${inspection.tokenRequests().length} to the token endpoint.</div>
<h2>Switches</h2>
<form method="post" action="/sandbox/switches" class="card">
<p class="hint">Where public sources doubt or contradict what Bitbucket Cloud does, you choose.</p>
${Object.entries(switches).map(([name, value]) => control(name, value))}
<div class="actions"><button class="primary">Save switches</button></div>
</form>`,
  );
}

function control(name: string, value: string | number | boolean): Html {
  const label = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const title = label.charAt(0).toUpperCase() + label.slice(1);
  const choices = choicesOf(name, value);
  return html`<div class="field"><label for="${name}">${title}</label>${
    choices === undefined
      ? html`<input type="number" step="any" id="${name}" name="${name}" value="${String(value)}">`
      : html`<select id="${name}" name="${name}">${choices.map(
          (choice) =>
            html`<option value="${choice}" ${choice === String(value) && html`selected`}>${choice}</option>`,
        )}</select>`
  }</div>`;
}

function choicesOf(name: string, value: string | number | boolean): readonly string[] | undefined {
  if (typeof value === 'boolean') return ['true', 'false'];
  const property = properties[name];
  return property?.enum ?? property?.anyOf?.map((one) => String(one.const));
}
