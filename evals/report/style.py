"""The look of a report, light and dark, on screen, phone and paper."""

from __future__ import annotations

STYLE = """
:root{color-scheme:light dark;--ink:#1b1f24;--dim:#59616c;--paper:#fdfdfb;--line:#d9dce1;--card:#f4f5f3;--inner:#fff;
--mark:#ffe58a;--good:#1a7f37;--bad:#b3261e;--half:#8a5a00;--bar:#2f6f9f;--soft:#a9c7dd;--tag:#e5e8ec}
@media (prefers-color-scheme:dark){:root{--ink:#e6e8ea;--dim:#9aa4af;--paper:#15181c;--line:#343a42;--card:#1c2127;
--inner:#15181c;--mark:#6b5a12;--good:#57c473;--bad:#ff8a80;--half:#e0b252;--bar:#7db6de;--soft:#3d617c;--tag:#2c333b}}
*{box-sizing:border-box}html{scroll-padding-top:1rem}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.55 system-ui,"Noto Sans CJK SC","PingFang SC",
"Microsoft YaHei",sans-serif}
main{max-width:1120px;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.5rem;margin:.2rem 0 1rem}
h2{font-size:1.2rem;margin:2.5rem 0 .5rem;border-top:2px solid var(--line);padding-top:1.2rem;overflow-wrap:anywhere}
h2 .dim{font-weight:400;font-size:.85rem}h3{font-size:1rem;margin:1.4rem 0 .4rem}
h4{font-size:.85rem;margin:.9rem 0 .2rem;color:var(--dim);font-weight:600}
p{margin:.4rem 0;overflow-wrap:anywhere}.dim{color:var(--dim)}.note{color:var(--half);font-weight:600}
a{color:var(--bar)}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.87rem;min-width:min(100%,30rem)}
th,td{padding:.26rem .9rem .26rem 0;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--dim);font-weight:600;white-space:nowrap}
.number{text-align:right;font-variant-numeric:tabular-nums}
.types td{white-space:nowrap;font-variant-numeric:tabular-nums}
.types th:first-child,.types td:first-child{position:sticky;left:0;background:var(--paper)}
.flips td{min-width:11rem;max-width:22rem;overflow-wrap:anywhere}
.good{color:var(--good);font-weight:600}.bad{color:var(--bad);font-weight:600}.half{color:var(--half);font-weight:600}
.tag{background:var(--tag);border-radius:4px;padding:.05rem .4rem;font-size:.8rem}
.scores{line-height:1.9}.scores .tag{white-space:nowrap}
.sign{display:inline-block;min-width:1.4em}
details{border:1px solid var(--line);border-radius:6px;margin:.35rem 0;background:var(--card)}
details details{background:var(--inner)}
details:target{outline:2px solid var(--bar)}
summary{cursor:pointer;padding:.4rem .7rem;overflow-wrap:anywhere}
summary:focus-visible,a:focus-visible{outline:2px solid var(--bar)}
details>div{padding:.1rem .8rem .7rem}
blockquote{margin:.35rem 0;padding:.15rem .8rem;border-left:3px solid var(--bar);white-space:pre-wrap;
overflow-wrap:anywhere}
blockquote p{margin:.1rem 0;font-size:.82rem}
mark{background:var(--mark);color:inherit}
code{font-size:.85em;overflow-wrap:anywhere}pre{font-size:.8rem;white-space:pre-wrap;overflow-wrap:anywhere}
svg{display:block;max-width:100%;height:auto}svg text{fill:var(--dim);font-size:11px}
svg .strong{fill:var(--ink);paint-order:stroke;stroke:var(--paper);stroke-width:4px}
.axis{stroke:var(--line);stroke-width:1}.curve{fill:none;stroke:var(--bar);stroke-width:2}.dot{fill:var(--bar)}
.range{stroke:var(--soft);stroke-width:7}.whisker{stroke:var(--ink);stroke-width:1.5}.bar{fill:var(--bar)}
.limit{stroke:var(--ink);stroke-width:1;stroke-dasharray:4 3}
.plots{display:flex;flex-wrap:wrap;gap:1rem 2rem;margin-top:1rem}.plots figure{margin:.3rem 0;max-width:360px}
figcaption{color:var(--dim);font-size:.82rem}
@media (max-width:600px){main{padding:1rem .6rem 3rem}th,td{padding-right:.6rem}details>div{padding:.1rem .5rem .6rem}}
@media print{details{break-inside:avoid}}
"""
