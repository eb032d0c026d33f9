/**
 * One style sheet, both themes; nothing is fetched from elsewhere. What bounds a control stands out
 * 3:1 from what is around it (WCAG 2.2, 1.4.11); `--line` only divides, and need not.
 */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --panel: #ffffff; --ink: #1c2433; --quiet: #5b6577; --line: #c3cad6; --control: #788295;
  --accent: #4f46c8; --accent-ink: #ffffff; --accent-deep: #3f37ab; --error: #b3173c;
  --error-ground: #fdeef1; --badge: #7a4b00; --badge-ground: #ffeccc; --field: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12151c; --panel: #1b202b; --ink: #eef1f6; --quiet: #a4aec0; --line: #4a556b; --control: #707c94;
    --accent: #8f88ff; --accent-ink: #12131f; --accent-deep: #a8a2ff; --error: #ff9db1;
    --error-ground: #3a1c26; --badge: #ffd68f; --badge-ground: #3d2f14; --field: #141821;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
a { color: var(--accent); }
main {
  max-width: 940px; margin: 0 auto; padding: 56px 24px; display: grid; gap: 56px;
  grid-template-columns: minmax(0, 1fr) minmax(0, 420px); align-items: start;
}
main.single { display: block; max-width: 480px; text-align: center; }
main.single .seller { justify-content: center; margin-bottom: 20px; }
.seller { display: flex; align-items: center; gap: 10px; margin: 0; font-weight: 600; }
.badge {
  background: var(--badge-ground); color: var(--badge); border-radius: 4px; padding: 2px 8px;
  font-size: 12px; font-weight: 700; letter-spacing: .02em;
}
h1 { margin: 28px 0 0; font-size: 16px; font-weight: 500; color: var(--quiet); }
.total { margin: 2px 0 28px; font-size: 40px; line-height: 1.15; font-weight: 700; letter-spacing: -.02em; overflow-wrap: anywhere; }
.total small { font-size: 16px; font-weight: 500; letter-spacing: 0; color: var(--quiet); }
.then { margin: -20px 0 28px; color: var(--quiet); }
.items { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }
.items li { display: flex; justify-content: space-between; gap: 16px; padding: 14px 0; border-bottom: 1px solid var(--line); }
.items span:first-child { min-width: 0; overflow-wrap: anywhere; }
.items small { display: block; color: var(--quiet); }
.amount { font-variant-numeric: tabular-nums; white-space: nowrap; font-weight: 500; }
.card { background: var(--panel); border: 1px solid var(--line); border-radius: 12px; padding: 28px; }
h2 { margin: 0 0 18px; font-size: 20px; line-height: 1.3; }
.field { margin: 0 0 16px; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; }
label { display: block; margin-bottom: 6px; font-size: 14px; font-weight: 500; }
input {
  width: 100%; padding: 11px 12px; border: 1px solid var(--control); border-radius: 8px; font: inherit;
  background: var(--field); color: var(--ink);
}
input::placeholder { color: var(--quiet); opacity: 1; }
input[readonly] { color: var(--quiet); }
input[aria-invalid="true"] { border-color: var(--error); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 1px; }
.error { margin: 6px 0 0; font-size: 14px; color: var(--error); }
.alert { margin: 0 0 18px; padding: 12px 14px; border-radius: 8px; background: var(--error-ground); color: var(--error); font-weight: 500; }
.pay, .quiet-button { display: block; width: 100%; padding: 13px; border-radius: 8px; font: inherit; font-weight: 600; text-align: center; text-decoration: none; }
.pay { margin-top: 8px; border: 0; background: var(--accent); color: var(--accent-ink); cursor: pointer; }
.pay:hover { background: var(--accent-deep); }
.pay[aria-busy="true"] { opacity: .7; cursor: progress; }
.quiet-button { margin-top: 12px; border: 1px solid var(--control); color: var(--ink); }
.quiet-button:hover { border-color: var(--quiet); }
form .quiet-button { background: none; cursor: pointer; }
.methods { display: flex; flex-wrap: wrap; gap: 8px; margin: 0 0 18px; }
.methods a { padding: 7px 12px; border: 1px solid var(--control); border-radius: 8px; color: var(--ink); font-size: 14px; text-decoration: none; }
.methods a:hover { border-color: var(--quiet); }
.methods a[aria-current] { border-color: var(--accent); color: var(--accent); font-weight: 600; }
.mandate { margin: 0 0 8px; font-size: 14px; color: var(--quiet); }
details { margin-top: 20px; font-size: 14px; color: var(--quiet); }
summary { cursor: pointer; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 4px 14px; margin: 10px 0 0; }
dt { font-variant-numeric: tabular-nums; white-space: nowrap; color: var(--ink); }
dd { margin: 0; }
.reference { margin: 18px 0 0; font-size: 13px; color: var(--quiet); overflow-wrap: anywhere; }
@media (max-width: 760px) {
  main { grid-template-columns: minmax(0, 1fr); gap: 28px; padding: 24px 16px; }
  h1 { margin-top: 18px; }
  .total { font-size: 34px; margin-bottom: 18px; }
  .then { margin: -12px 0 18px; }
  .card { padding: 20px; }
}
`;

/** A second click would only meet a finished session, and the wait for the webhook wants a word. */
export const script = `
document.querySelector('form')?.addEventListener('submit', (event) => {
  const button = event.submitter ?? event.target.querySelector('.pay');
  if (button.getAttribute('aria-busy') === 'true') event.preventDefault();
  button.setAttribute('aria-busy', 'true');
  button.textContent = 'Processing…';
});
addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
`;
