/** The look of the sandbox: plain, calm, and plainly not the product that is tested against it. */
export const styleSheet = `
:root {
  color-scheme: light dark;
  --page: #f5f4f0; --card: #ffffff; --text: #23262b; --quiet: #5d636d; --line: #d9d6cd;
  --accent: #1f5f5b; --on-accent: #ffffff; --bad: #a32929; --bad-back: #fbeceb; --note: #fdf3d7;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #16191c; --card: #1f2327; --text: #e6e7e8; --quiet: #a0a7b0; --line: #383e45;
    --accent: #7fc8c1; --on-accent: #0f1e1d; --bad: #ff9d94; --bad-back: #3a2221; --note: #38311d;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
header, .strip { padding: 10px 20px; display: flex; flex-wrap: wrap; gap: 8px 20px; align-items: center; }
header { background: var(--card); border-bottom: 1px solid var(--line); }
header .brand { font-weight: 650; margin-right: auto; color: var(--text); text-decoration: none; }
header form { margin: 0; }
.strip { background: var(--note); font-size: 14px; }
main { max-width: 760px; margin: 0 auto; padding: 24px 20px 64px; }
h1 { font-size: 24px; line-height: 1.25; margin: 8px 0 16px; text-wrap: balance; }
h2 { font-size: 18px; margin: 28px 0 8px; }
a { color: var(--accent); }
nav.path { font-size: 14px; color: var(--quiet); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 20px; margin: 16px 0; }
input[readonly] + table, .field + table { margin-top: 20px; }
.card > h2:first-child, .card > .field:first-child > label { margin-top: 0; }
.quiet { color: var(--quiet); }
.narrow { max-width: 460px; margin-inline: auto; }
label.field, .field > label { display: block; font-weight: 600; margin-top: 16px; }
input[type=text], input[type=url], input[type=number], textarea, select {
  width: 100%; padding: 8px 10px; margin-top: 4px; font: inherit; color: inherit;
  background: var(--page); border: 1px solid var(--line); border-radius: 6px;
}
input[readonly] { font-family: ui-monospace, monospace; font-size: 14px; }
[aria-invalid=true] { border-color: var(--bad); }
.error { color: var(--bad); font-size: 14px; margin: 4px 0 0; }
.errors { background: var(--bad-back); color: var(--bad); border-radius: 6px; padding: 10px 14px; }
.hint { font-size: 14px; color: var(--quiet); margin: 4px 0 0; }
fieldset { border: 0; border-top: 1px solid var(--line); margin: 12px 0 0; padding: 10px 0 0; }
legend { font-weight: 600; float: left; width: 190px; padding: 0; }
.boxes { display: flex; flex-wrap: wrap; gap: 4px 20px; }
.boxes label, .tick { display: inline-flex; gap: 8px; align-items: center; min-height: 28px; }
button, .button {
  display: inline-block; font: inherit; font-weight: 600; padding: 8px 16px; border-radius: 6px; cursor: pointer;
  border: 1px solid var(--line); background: var(--card); color: var(--text); text-decoration: none;
}
button.primary, .button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
button.danger { color: var(--bad); }
button.wide { width: 100%; text-align: left; margin-top: 8px; }
button.wide small { display: block; font-weight: 400; color: var(--quiet); }
button.link { border: 0; background: none; padding: 0; color: var(--accent); font-weight: 400; text-decoration: underline; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.actions { display: flex; flex-wrap: wrap; gap: 12px; margin-top: 24px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 8px 12px 8px 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
th { font-size: 14px; color: var(--quiet); overflow-wrap: normal; }
ul.plain { list-style: none; padding: 0; margin: 0; }
ul.plain li { padding: 6px 0; border-bottom: 1px solid var(--line); }
code { font-family: ui-monospace, monospace; font-size: 14px; overflow-wrap: anywhere; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 560px) { legend { float: none; width: auto; } main { padding-inline: 16px; } }
`;
