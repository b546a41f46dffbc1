"""The report's style sheet: light and dark by the reader's preference, black on white on paper."""

CSS = """
:root { color-scheme: light dark; --ink: #1c2024; --muted: #60656c; --paper: #ffffff; --panel: #f5f6f8; --line: #d9dce1;
  --base: #8a9099; --rag: #2f6fce; --tuned: #c77512; --both: #1f8f68; --right: #1f8f68; --declined: #8cc9b3;
  --abstained: #b9bec6; --wrong: #c2413b; --unseen: #e9ebee; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --muted: #a0a6ae; --paper: #16181b; --panel: #202327;
  --line: #3a3f45; --base: #8d949d; --rag: #6aa2f0; --tuned: #e49a45; --both: #4dbd94; --right: #35a37c;
  --declined: #2c5f4e; --abstained: #565c64; --wrong: #d9625c; --unseen: #2a2e33; } }
@media print { :root { --ink: #000; --muted: #444; --paper: #fff; --panel: #fff; --line: #bbb; }
  details { break-inside: avoid; } section { break-inside: avoid-page; } body { font-size: 10.5pt; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem; }
p { margin: .4rem 0; } .muted, figcaption, .note { color: var(--muted); font-size: .9rem; }
.verdict { border-left: 5px solid var(--both); background: var(--panel); padding: .9rem 1.1rem; margin: 1.25rem 0;
  font-size: 1.1rem; border-radius: 3px; } .verdict.unsure { border-color: var(--base); }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { padding: .35rem .7rem .35rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
td.figure, th.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th { font-weight: 600; } td .muted { white-space: nowrap; }
figure { margin: 1rem 0; } svg { width: 100%; height: auto; max-width: 45rem; display: block; }
svg text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: var(--ink);
  dominant-baseline: central; }
svg .muted { fill: var(--muted); font-size: 12px; } svg .end { text-anchor: end; } svg .middle { text-anchor: middle; }
svg .value { font-variant-numeric: tabular-nums; } svg .grid { stroke: var(--line); }
svg .zero { stroke: var(--muted); }
svg .whisker { stroke: var(--ink); stroke-width: 1.6; fill: none; } svg .dot { fill: var(--paper); stroke: var(--ink);
  stroke-width: 2; } svg .dot.sure { fill: var(--ink); } svg .unseen { fill: var(--unseen); }
svg .arm.base { fill: var(--base); } svg .arm.rag { fill: var(--rag); } svg .arm.tuned { fill: var(--tuned); }
svg .arm.both { fill: var(--both); } svg .curve { fill: none; stroke-width: 2.2; }
svg .curve.base { stroke: var(--base); stroke-dasharray: 2 3; } svg .curve.rag { stroke: var(--rag); }
svg .curve.tuned { stroke: var(--tuned); stroke-dasharray: 7 3; } svg .curve.both { stroke: var(--both);
  stroke-dasharray: 10 3 2 3; }
svg .right { fill: var(--right); } svg .declined { fill: var(--declined); } svg .abstained { fill: url(#stripes); }
svg .wrong { fill: var(--wrong); } svg .stripe { stroke: var(--abstained); stroke-width: 2.5; fill: none; }
svg .count { font-weight: 600; } svg .right-text, svg .wrong-text { fill: #fff; }
details { border-bottom: 1px solid var(--line); padding: .5rem 0; } summary { cursor: pointer; }
dl { display: grid; grid-template-columns: 8rem 1fr; gap: .25rem 1rem; margin: .5rem 0 .75rem; }
dt { color: var(--muted); } dd { margin: 0; } blockquote { margin: .2rem 0; padding-left: .75rem;
  border-left: 3px solid var(--line); } .told { unicode-bidi: isolate; overflow-wrap: anywhere; white-space: pre-line; }
.tag { display: inline-block; min-width: 5.2rem; font-weight: 600; } .tag.wrong { color: var(--wrong); }
.tag.right, .tag.declined { color: var(--both); }
"""
