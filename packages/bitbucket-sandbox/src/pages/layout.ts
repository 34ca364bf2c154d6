import type { User } from '../accounts/user.ts';
import { type Html, html } from './html.ts';

/** Every page says that this is a sandbox and who is signed in. */
export function layout(title: string, user: User | undefined, content: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Bitbucket sandbox</title>
<link rel="stylesheet" href="/sandbox/style.css">
<link rel="icon" href="data:,">
</head>
<body>
<div class="strip">Sandbox: a local stand-in for Bitbucket Cloud with made-up data.</div>
<header>
<a class="brand" href="/">Bitbucket sandbox</a>
<a href="/sandbox">Controls</a>
${
  user &&
  html`<a href="/account/settings/app-authorizations">App authorizations</a>
<span>${user.displayName}</span>
<form method="post" action="/account/signout/"><button class="link">Sign out</button></form>`
}
</header>
<main>
${content}
</main>
</body>
</html>
`;
}
