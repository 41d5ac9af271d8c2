"""The look of a page as it was cut: light, dark, wide, narrow, printed. A colour never stands alone for a piece."""

from __future__ import annotations

COLOUR_COUNT = 7
LINE_COUNT = 4
"""Coprime with the colours: 28 pieces in a row differ in colour or line."""

PIECES_STYLE = """
:root { --c0: #0072b2; --c1: #c77700; --c2: #008f68; --c3: #b3478a; --c4: #8a7d00; --c5: #c24400; --c6: #5b5bd6;
  --tint: 13%; }
@media (prefers-color-scheme: dark) { :root { --c0: #56b4e9; --c1: #f0b03c; --c2: #3cc99a; --c3: #e48fc0;
  --c4: #e6dc4a; --c5: #ff8a50; --c6: #a3a3ff; --tint: 20%; } }
.c0 { --own: var(--c0); } .c1 { --own: var(--c1); } .c2 { --own: var(--c2); } .c3 { --own: var(--c3); }
.c4 { --own: var(--c4); } .c5 { --own: var(--c5); } .c6 { --own: var(--c6); } .furniture { --own: var(--soft); }
.l0 { --edge: solid; } .l1 { --edge: dashed; } .l2 { --edge: double; } .l3 { --edge: dotted; }
.furniture { --edge: dotted; }
body { margin: 0; padding: 1rem; background: var(--paper); color: var(--ink); overflow-wrap: anywhere;
  font: 1rem/1.6 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
h1 { font-size: 1.3rem; margin: 0; } header p { margin: .2rem 0 0; color: var(--soft); font-size: .875rem; }
h2 { font-size: 1rem; margin: 1rem 0 .5rem; } h2 small { font-weight: 400; color: var(--soft); }
h2 nav { display: inline-block; white-space: nowrap; font-size: .875rem; font-weight: 400; }
h3 { font-size: 1.1rem; line-height: 1.4; margin: .3rem 0; white-space: pre-line; }
bdi, dd, .piece { unicode-bidi: isolate; }
.source, .text { white-space: pre-wrap; tab-size: 4; }
.source { line-height: 1.9; background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  padding: .75rem 1rem; }
span.piece { background: color-mix(in srgb, var(--own) var(--tint), transparent);
  border-bottom: 2px var(--edge) var(--own); padding-bottom: .1em; -webkit-box-decoration-break: clone;
  box-decoration-break: clone; }
span.l2 { border-bottom-width: 4px; }
span.furniture { color: var(--soft); background: none; border-bottom-width: 1px; }
.label:hover { text-decoration: none; }
.label { user-select: none; -webkit-user-select: none; }
.label::before { content: attr(data-label); white-space: nowrap; font-size: .75rem; line-height: 1.4; color: var(--ink);
  background: var(--card); border: 2px var(--edge) var(--own); border-radius: .25rem; padding: 0 .3rem;
  margin-right: .2rem; vertical-align: .1em; }
.label.l2::before { border-width: 4px; }
.label.doubt::before { color: var(--bad); font-weight: 600; }
.label:target::before { outline: 3px solid var(--link); }
.sign::before { content: attr(data-sign); font: .7rem/1.3 ui-monospace, monospace; color: var(--bad);
  border: 1px solid var(--bad); border-radius: .2rem; padding: 0 .15rem; margin: 0 .1rem; }
article { background: var(--card); border: 1px solid var(--line); border-left: 6px var(--edge) var(--own);
  border-radius: .25rem; padding: .5rem 1rem .75rem; margin: 0 0 .75rem; }
article:target { outline: 3px solid var(--link); outline-offset: -1px; }
.head { margin: 0; font-size: .875rem; color: var(--soft); } .head a { font-weight: 600; }
.confidence { float: right; font-variant-numeric: tabular-nums; }
.doubtful { color: var(--bad); font-weight: 600; border: 1px dashed var(--bad); border-radius: .25rem;
  padding: 0 .3rem; }
.doubts { margin: .3rem 0; padding-left: 1.2rem; color: var(--bad); font-size: .875rem; }
.doubts li::marker { content: "? "; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 .75rem; margin: .2rem 0; font-size: .875rem; }
dt { color: var(--soft); } dd { margin: 0; }
.soft { color: var(--soft); }
.text { border-top: 1px solid var(--line); margin-top: .4rem; padding-top: .4rem; font-size: .9375rem;
  line-height: 1.75; color: var(--ink); }
.text .headline, .text .subhead { font-weight: 600; }
.text .kicker, .text .byline, .text .dateline, .text .credit, .text .column_label, .text .marks { color: var(--soft); }
@media screen and (min-width: 60rem) { .columns { display: grid; grid: minmax(0, 1fr) / 1fr 1fr; gap: 1rem;
  max-height: 90vh; }
  .source, .pieces { align-self: start; max-height: 100%; overflow-y: auto; scroll-padding: 3rem; }
  h2 nav { display: none; }
  body:has(section:only-child) { height: 100vh; display: flex; flex-direction: column; }
  section:only-child { height: 100%; display: flex; flex-direction: column; }
  main:has(section:only-child), section:only-child .columns { flex: 1; min-height: 0;
  max-height: none; } }
@media not all and (min-width: 60rem) { body { padding: .75rem .6rem; } .source { padding: .5rem .6rem; }
  .pieces { margin-top: 1rem; } }
"""
