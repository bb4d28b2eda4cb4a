/** The look of the page, light and dark as the reader's system is. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --card: #ffffff; --text: #1b2330; --quiet: #586476; --line: #cfd6e0;
  --accent: #0b5cad; --on-accent: #ffffff; --wrong: #b3261e; --code: #eef1f5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #11151c; --card: #1a202a; --text: #e8ecf2; --quiet: #a3afbf; --line: #3a4556;
    --accent: #6cb2f7; --on-accent: #0b1320; --wrong: #ff8a80; --code: #10141b;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main, header { max-width: 72rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 1.5rem; display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 0 0 .75rem; }
p { margin: 0 0 .75rem; }
a { color: var(--accent); }
.quiet, small { color: var(--quiet); }
small { font-size: .85rem; display: block; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1.25rem; margin: 1rem 0; }
.columns { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 0 1.25rem; align-items: start; }
.bar { display: flex; flex-wrap: wrap; gap: 1rem; align-items: end; }
.bar label { flex: 1 1 16rem; }
.fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1rem; margin-bottom: 1.25rem; }
label { display: block; font-weight: 600; overflow-wrap: anywhere; }
label .unit { font-weight: 400; color: var(--quiet); }
input, select, textarea {
  width: 100%; min-height: 2.5rem; margin-top: .25rem; padding: .4rem .6rem; font: inherit; font-weight: 400;
  color: var(--text); background: var(--ground); border: 1px solid var(--line); border-radius: .35rem;
}
textarea { min-height: 14rem; font-family: ui-monospace, monospace; font-size: .9rem; }
[aria-invalid='true'] { border: 2px solid var(--wrong); }
.wrong { color: var(--wrong); }
button {
  min-height: 2.5rem; padding: .4rem 1.25rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: .35rem;
}
button.second { color: var(--accent); background: transparent; }
button:disabled { opacity: .6; cursor: default; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
dl { display: grid; align-items: baseline; grid-template-columns: auto minmax(0, 1fr); gap: .4rem 1.25rem; margin: 0 0 .75rem; }
dt { color: var(--quiet); }
dd { margin: 0; font-size: 1.25rem; font-weight: 600; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
pre {
  margin: 0 0 .75rem; padding: .75rem; overflow: auto; max-height: 24rem; background: var(--code); border-radius: .35rem;
  font: .85rem/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere;
}
@media (max-width: 56rem) { .columns { grid-template-columns: minmax(0, 1fr); } }
`;
