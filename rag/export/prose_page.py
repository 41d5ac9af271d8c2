"""Prose as one HTML page that loads nothing, runs nothing and trusts no text; its notes are linked. Any subject."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import groupby

from rag.export.frame import framed
from rag.export.rows import shown
from rag.models import Block, Prose, Run

NOTES = "原文"

_STYLE = """
body { margin: 0 auto; max-width: 46rem; padding: 1.5rem 1rem 4rem; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.8 "Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", SimSun, serif; overflow-wrap: anywhere; }
h1 { font-size: 1.75rem; line-height: 1.3; margin: 0 0 .5rem; }
h2, h3, h4 { font-size: 1.15rem; margin: 2rem 0 .5rem; padding-bottom: .2rem; border-bottom: 1px solid var(--line); }
.remark { color: var(--soft); font-size: .875rem; margin: .25rem 0; }
ul, ol { margin: 0; padding: 0; list-style: none; }
ul li { padding: .35rem 0 .35rem .9rem; border-left: 3px solid var(--line); margin: .5rem 0; }
sup { font: .7rem/0 system-ui, sans-serif; white-space: nowrap; padding-left: .1em; }
sup::before { content: "\\2060"; }
ol li { display: flex; gap: .5rem; margin: .35rem 0; font-size: .9375rem; line-height: 1.65; padding-left: .4rem;
  border-left: 2px solid transparent; }
ol li:target { border-left-color: var(--link); background: color-mix(in srgb, var(--link) 10%, transparent); }
.marker { flex: none; color: var(--soft); font: .8rem/1.9 system-ui, sans-serif; }
@media print { li { break-inside: avoid; } }
"""


def prose_html(prose: Prose) -> str:
    """The page: title, paragraphs, lists, and the notes at the end, each linked from where it belongs."""
    title = _text(prose.title)
    parts = [f"<h1>{title}</h1>", *_body(prose)]
    if prose.notes:
        items = "\n".join(
            f'<li id="n{number}"><span class="marker">[{number}]</span><span>{_text(note)}</span></li>'
            for number, note in enumerate(prose.notes, 1)
        )
        parts.append(f"<section>\n<h2>{NOTES}</h2>\n<ol>\n{items}\n</ol>\n</section>")
    return framed(title, _STYLE, "<main>\n" + "\n".join(parts) + "\n</main>")


def _body(prose: Prose) -> Iterator[str]:
    for is_list, blocks in groupby(prose.blocks, key=lambda block: block.kind == "bullet"):
        if is_list:
            yield "<ul>\n" + "\n".join(f"<li>{_runs(block)}</li>" for block in blocks) + "\n</ul>"
        else:
            yield from (_block(block) for block in blocks)


def _block(block: Block) -> str:
    if block.kind == "heading":
        name = f"h{min(block.level, 3) + 1}"
        return f"<{name}>{_runs(block)}</{name}>"
    return f'<p class="{block.kind}">{_runs(block)}</p>'


def _runs(block: Block) -> str:
    return "".join(_run(run) for run in block.runs)


def _run(run: Run) -> str:
    text = f"<strong>{_text(run.text)}</strong>" if run.strong else _text(run.text)
    return text + (f'<sup><a href="#n{run.note}">[{run.note}]</a></sup>' if run.note else "")


def _text(text: object) -> str:
    return escape(shown(text), quote=True)
