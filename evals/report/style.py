"""The look of a report, light and dark, on screen and paper."""

from __future__ import annotations

STYLE = """
:root{color-scheme:light dark;--ink:#1b1f24;--dim:#5b6470;--paper:#fdfdfb;--line:#d9dce1;--card:#f4f5f3;--mark:#ffe58a;
--good:#1a7f37;--bad:#b3261e;--bar:#2f6f9f;--soft:#a9c7dd}
@media (prefers-color-scheme:dark){:root{--ink:#e6e8ea;--dim:#9aa4af;--paper:#15181c;--line:#343a42;--card:#1e2329;
--mark:#6b5a12;--good:#57c473;--bad:#ff8a80;--bar:#7db6de;--soft:#345269}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.55 system-ui,"Noto Sans CJK SC","PingFang SC",
"Microsoft YaHei",sans-serif}
main{max-width:1080px;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.5rem;margin:.2rem 0 1rem}h2{font-size:1.2rem;margin:2.5rem 0 .5rem;border-top:2px solid var(--line);
padding-top:1.2rem}h3{font-size:1rem;margin:1.4rem 0 .4rem}
p{margin:.4rem 0}.dim{color:var(--dim)}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.88rem;min-width:50%}
th,td{padding:.28rem .7rem .28rem 0;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--dim);font-weight:600}.number{text-align:right;font-variant-numeric:tabular-nums}
.types td{white-space:nowrap}
.good{color:var(--good);font-weight:600}.bad{color:var(--bad);font-weight:600}
details{border:1px solid var(--line);border-radius:6px;margin:.35rem 0;background:var(--card)}
summary{cursor:pointer;padding:.4rem .7rem;overflow-wrap:anywhere}
summary:focus-visible{outline:2px solid var(--bar)}
details>div{padding:.2rem .9rem .8rem}
blockquote{margin:.3rem 0;padding:.2rem .8rem;border-left:3px solid var(--bar);white-space:pre-wrap;
overflow-wrap:anywhere}
mark{background:var(--mark);color:inherit}
code{font-size:.85em;overflow-wrap:anywhere}
svg{display:block;max-width:100%;height:auto}svg text{fill:var(--dim);font-size:11px}
.axis{stroke:var(--line);stroke-width:1}.curve{fill:none;stroke:var(--bar);stroke-width:2}.dot{fill:var(--bar)}
.range{stroke:var(--soft);stroke-width:7}.bar{fill:var(--bar)}
.plots{display:flex;flex-wrap:wrap;gap:1.5rem}.plots figure{margin:.5rem 0}figcaption{color:var(--dim);font-size:.85rem}
@media print{details{break-inside:avoid}}
"""
