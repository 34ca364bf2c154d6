import { type Html, html } from '../pages/html.ts';
import type { Workspace } from './workspace.ts';

/** The address of a page of the workspace settings. */
export function settingsUrl(workspace: Workspace, ...rest: readonly (string | number)[]): string {
  return [`/${workspace.slug}/workspace/settings`, ...rest].join('/');
}

/** Where one is, above the heading. */
export function settingsPath(workspace: Workspace, ...rest: readonly 'OAuth consumers'[]): Html {
  return html`<nav class="path" aria-label="Breadcrumb"><a href="/">${workspace.name}</a> /
<a href="${settingsUrl(workspace)}">Workspace settings</a>${rest.map(
    (label) => html` / <a href="${settingsUrl(workspace, 'oauth-consumers')}">${label}</a>`,
  )}</nav>`;
}
