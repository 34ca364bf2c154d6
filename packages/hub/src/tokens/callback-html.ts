import { createHash } from 'node:crypto';
import type { CallbackPage } from './callback-page.ts';

const style = `
:root{color-scheme:light dark;--canvas:#f6f7f8;--raised:#fff;--line:#e4e8eb;--edge:#89939b;--ink:#151b20;--dim:#56616a;--link:#0c5c8c;--act:#136699;--good:#0f6b3f;--bad:#b0271e}
@media(prefers-color-scheme:dark){:root{--canvas:#0c1013;--raised:#191f23;--line:#2b3338;--edge:#65717a;--ink:#dfe4e8;--dim:#98a2aa;--link:#7cc0e8;--act:#2a7cb0;--good:#6fd19d;--bad:#f58a80}}
*{box-sizing:border-box}
body{margin:0;background:var(--canvas);color:var(--ink);font:14px/20px "Inter Variable",Inter,system-ui,sans-serif}
.page{max-width:592px;margin:0 auto;padding:24px 16px}
.top{display:flex;align-items:center;gap:10px;margin-bottom:20px;font-weight:600}
.top span{margin-left:auto;font-weight:400;font-size:13px;color:var(--dim);overflow-wrap:anywhere}
main{background:var(--raised);border:1px solid var(--line);border-radius:8px;overflow:hidden}
.body{padding:20px}
h1{display:flex;gap:12px;font-size:20px;line-height:28px;font-weight:500;margin:0 0 8px}
h1 svg{flex:none;margin-top:4px}
h2{font-size:13px;line-height:18px;font-weight:600;margin:16px 0 6px}
p{margin:0}
ol{margin:0;padding-left:20px}
li{margin:0 0 4px}
strong{font-weight:600}
code{font:12px/18px "JetBrains Mono Variable",ui-monospace,monospace;overflow-wrap:anywhere}
a{color:var(--link)}
a:focus-visible{outline:2px solid var(--link);outline-offset:2px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:6px 12px;margin:16px 0 0;padding-top:16px;border-top:1px solid var(--line)}
dt{color:var(--dim)}
dd{margin:0;overflow-wrap:anywhere}
.acts{display:flex;flex-wrap:wrap;gap:8px;margin-top:20px}
.acts a{padding:5px 14px;min-height:32px;border:1px solid var(--edge);border-radius:6px;text-decoration:none;color:var(--ink);font-weight:500}
.acts a:first-child{background:var(--act);border-color:var(--act);color:#fff}
.foot{padding:10px 20px;border-top:1px solid var(--line);background:var(--canvas);color:var(--dim);font-size:12px;line-height:18px}
.note{margin-top:12px;color:var(--dim);font-size:12px;line-height:18px}
.good{color:var(--good)}
.bad{color:var(--bad)}
@media(max-width:559px){.acts a{flex:1 1 100%;text-align:center;min-height:44px;padding:12px 14px}}
`.trim();

/** Nothing but this one style sheet may be loaded or run; the page is never framed and tells nobody where it was. */
export const callbackHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
} as const;

const logo =
  '<svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true"><rect width="24" height="24" rx="5" fill="#136699"/><path d="M6 6.5h4.5L15 12l-4.5 5.5H6z" fill="#fff"/><path d="M12.8 6.5H18v11h-5.2L17.2 12z" fill="#82b8da"/></svg>';
const check =
  '<svg class="good" width="20" height="20" viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="9" fill="currentColor"/><path d="M6 10.2l2.7 2.7L14 7.6" fill="none" stroke="#fff" stroke-width="1.8"/></svg>';
const warning =
  '<svg class="bad" width="20" height="20" viewBox="0 0 20 20" aria-hidden="true"><path d="M10 1.8 19 18H1z" fill="currentColor" stroke="currentColor" stroke-linejoin="round"/><path d="M10 7v5m0 2v1.6" stroke="#fff" stroke-width="1.8"/></svg>';

/** The page after the callback: static, complete without a script. */
export function renderCallbackPage(page: CallbackPage, publicUrl: URL): string {
  const isSuccess = page.kind === 'success';
  const note = isSuccess
    ? 'This address holds no code and no token any more.'
    : 'This page holds no code and no token. It is safe to share with your administrator.';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex"><title>${escapeHtml(page.title)} · Lockkeeper</title><style>${style}</style></head>
<body><div class="page"><div class="top">${logo}Lockkeeper<span>${escapeHtml(publicUrl.host)}</span></div>
<main><div class="body"><h1>${isSuccess ? check : warning}${escapeHtml(page.title)}</h1><p>${rich(page.lead)}</p>
${facts(page)}${steps(page)}${unchanged(page)}${links(page)}</div>${foot(page)}</main><p class="note">${note}</p></div></body></html>
`;
}

function facts({ facts }: CallbackPage): string {
  if (facts.length === 0) return '';
  return `<dl>${facts.map(({ label, value }) => `<dt>${escapeHtml(label)}</dt><dd>${rich(value)}</dd>`).join('')}</dl>`;
}

function steps({ steps }: CallbackPage): string {
  if (steps.length === 0) return '';
  return `<h2>What to do</h2><ol>${steps.map((step) => `<li>${rich(step)}</li>`).join('')}</ol>`;
}

function unchanged({ unchanged }: CallbackPage): string {
  return unchanged === null ? '' : `<h2>What did not change</h2><p>${rich(unchanged)}</p>`;
}

function links({ links }: CallbackPage): string {
  if (links.length === 0) return '';
  return `<div class="acts">${links.map(({ label, path }) => `<a href="${escapeHtml(path)}">${escapeHtml(label)}</a>`).join('')}</div>`;
}

function foot({ code, requestId }: CallbackPage): string {
  if (code === null) return '';
  return `<div class="foot">For the administrator: <code>${escapeHtml(code)}</code> · request <code>${escapeHtml(requestId)}</code></div>`;
}

/** Escaped first: what stands in a name stays text, and a link leads to a path of ours only. */
function rich(text: string): string {
  return escapeHtml(text)
    .replaceAll(/\*\*(.+?)\*\*/g, '<strong>$1</strong>')
    .replaceAll(/`(.+?)`/g, '<code>$1</code>')
    .replaceAll(/\[([^\][]+)\]\((\/[\w/-]*)\)/g, '<a href="$2">$1</a>');
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
