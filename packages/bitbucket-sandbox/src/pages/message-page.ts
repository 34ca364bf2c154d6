import type { User } from '../accounts/user.ts';
import { type Html, html } from './html.ts';
import { layout } from './layout.ts';

export function messagePage(title: string, text: string, user?: User): Html {
  return layout(title, user, html`<div class="card narrow"><h1>${title}</h1><p>${text}</p></div>`);
}
