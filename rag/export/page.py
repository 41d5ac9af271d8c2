"""Summary rows as one HTML page that loads nothing, runs nothing and trusts no text. Light, dark, wide, narrow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import chain, groupby
from tempfile import TemporaryFile

from rag.export.frame import framed_pieces
from rag.export.rows import KINDS, POSITIONS, TITLE, UNTITLED, VERDICTS, Json, Tally, declined, pieces, positions, shown
from rag.text.script import detect_script

_BLOCK = 1 << 16
"""Characters moved at a time from where the rows waited."""

_STYLE = """
body { margin: 0 auto; max-width: 46rem; padding: 1.5rem 1rem 4rem; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.8 "Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", SimSun, serif; overflow-wrap: anywhere; }
article:lang(zh-Hant) { font-family: "Noto Serif CJK TC", "Source Han Serif TC", "Songti TC", PMingLiU, serif; }
h1 { font-size: 1.75rem; line-height: 1.3; margin: 0; }
h2 { font-size: 1rem; color: var(--soft); font-weight: 600; margin: 2.5rem 0 .75rem; padding-bottom: .25rem;
  border-bottom: 1px solid var(--line); }
h3 { font-size: 1.2rem; line-height: 1.45; margin: 0 0 .4rem; }
header p, footer, .soft { color: var(--soft); font-size: .875rem; }
header p { margin: .25rem 0 0; }
nav ul { list-style: none; margin: 1rem 0 0; padding: 0; font-size: .9375rem; line-height: 1.6; }
article { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.25rem .75rem;
  margin: 0 0 1rem; }
.kind { display: inline-block; font-size: .75rem; font-weight: 400; color: var(--soft); border: 1px solid var(--line);
  border-radius: .25rem; padding: 0 .4rem; margin-left: .4rem; line-height: 1.5; vertical-align: .15em; }
.summary { margin: 0; white-space: pre-line; }
.declined { margin: 0; color: var(--soft); font-style: italic; }
sup { font-size: .7rem; line-height: 0; white-space: nowrap; padding-left: .1em; font-family: system-ui, sans-serif; }
sup::before { content: "\\2060"; }
.supported { color: var(--good); } .partial { color: var(--half); } .unsupported { color: var(--bad); }
.claim-partial, .claim-unsupported { text-decoration: underline dotted; text-underline-offset: .25em; }
.claim-partial { text-decoration-color: var(--half); } .claim-unsupported { text-decoration-color: var(--bad); }
details { margin: .6rem 0 0; font-size: .9375rem; line-height: 1.65; } summary { cursor: pointer; }
ol { margin: .4rem 0 0; padding: 0; list-style: none; }
ol li { display: flex; gap: .5rem; padding: .2rem 0 .2rem .6rem; border-left: 2px solid var(--line); margin: .35rem 0; }
ol li:target { border-left-color: var(--link); background: color-mix(in srgb, var(--link) 10%, transparent); }
.marker { flex: none; color: var(--soft); font-family: system-ui, sans-serif; font-size: .8rem; line-height: 1.9; }
.where { color: var(--soft); font-size: .8rem; font-family: system-ui, sans-serif; }
.where span { white-space: nowrap; }
.id { margin: .5rem 0 0; font: .75rem/1.4 ui-monospace, monospace; color: var(--soft); text-align: right; }
@media print { article { break-inside: avoid; border: 0; padding: 0; } nav { display: none; } }
"""


def summaries_html(rows: Iterable[Json]) -> str:
    """The page: contents, then per document its rows, each with headline, summary, markers, verdicts and quotes."""
    return "".join(html_pieces(rows))


def html_pieces(rows: Iterable[Json]) -> Iterator[str]:
    """``summaries_html`` piece by piece; one row is in memory at a time.

    The contents stand above the rows and are known after them, so the rows wait in a file of their own; a name and a
    number a document stay in memory.
    """
    tally, groups = Tally(), list[tuple[str, int]]()
    with TemporaryFile("w+", encoding="utf-8", newline="") as waiting:
        for name, group in groupby(rows, key=lambda row: str(row["document"])):
            waiting.write(f'<section id="d{len(groups)}">\n<h2>{_text(name)}</h2>\n')
            first = tally.rows
            for row in group:
                waiting.write(f"{_article(row, tally.rows)}\n")
                tally.add(row)
            waiting.write("</section>\n")
            groups.append((name, tally.rows - first))
        waiting.seek(0)
        main = chain(("<main>\n",), iter(lambda: waiting.read(_BLOCK), ""), ("" if groups else "\n", "</main>\n"))
        head = f"<header>\n<h1>{TITLE}</h1>\n<p>{tally}</p>\n"
        body = chain((head,), _contents(groups), ("\n</header>\n",), main, (f"<footer>{POSITIONS}</footer>",))
        yield from framed_pieces(TITLE, _STYLE, body)


def _contents(groups: Sequence[tuple[str, int]]) -> Iterator[str]:
    """A line a document, where there are several."""
    if len(groups) < 2:
        return
    yield '<nav aria-label="文件">\n<ul>\n'
    for at, (name, count) in enumerate(groups):
        yield f'<li><a href="#d{at}">{_text(name)}</a> <span class="soft">{count} 篇</span></li>\n'
    yield "</ul>\n</nav>"


def _article(row: Json, number: int) -> str:
    kind = KINDS.get(row.get("kind", ""))
    label = f'<span class="kind">{kind}</span>' if kind else ""
    script = detect_script(f"{row.get('title') or ''}{row.get('summary') or ''}")
    language = f' lang="{script}"' if script else ""
    return (
        f"<article{language}>\n<h3>{_text(row.get('title') or UNTITLED)}{label}</h3>\n"
        f'{_body(row, number)}\n<p class="id">{_text(row["article_id"])}</p>\n</article>'
    )


def _body(row: Json, number: int) -> str:
    reason = declined(row)
    if reason is not None:
        nearest = _quotes(reason[1], number, "最接近的原文", is_open=False)
        return f'<p class="declined">{_text(reason[0])}</p>{nearest}'
    summary = "".join(_claim(piece, claim, number) if claim else _text(piece) for piece, claim in pieces(row))
    return f'<p class="summary">{summary}</p>{_quotes(row.get("citations", ()), number, "原文", is_open=True)}'


def _claim(text: str, claim: Json, number: int) -> str:
    verdict = claim["verdict"]
    mark, words = VERDICTS[verdict]
    links = "".join(f'<a href="#q{number}-{int(marker)}">[{int(marker)}]</a>' for marker in claim["citations"])
    why = _text(f"{words}：{claim['reason']}" if claim.get("reason") else words)
    spoken = mark if verdict == "supported" else f"{mark}{words}"
    return (
        f'<span class="claim-{verdict}">{_text(text)}</span>'
        f'<sup>{links}<span class="{verdict}" title="{why}">{spoken}</span></sup>'
    )


def _quotes(citations: Sequence[Json], number: int, label: str, *, is_open: bool) -> str:
    if not citations:
        return ""
    items = "\n".join(
        f'<li id="q{number}-{int(citation["marker"])}"><span class="marker">[{int(citation["marker"])}]</span>'
        f'<span>{_text(citation["quote"])} <span class="where">{_where(citation)}</span></span></li>'
        for citation in citations
    )
    state = " open" if is_open else ""
    return (
        f'\n<details{state}><summary class="soft">{label} {len(citations)} 处</summary>\n<ol>\n{items}\n</ol></details>'
    )


def _where(citation: Json) -> str:
    return "，".join(f"<span>{_text(span)}</span>" for span in positions(citation).split("，"))


def _text(text: object) -> str:
    return escape(shown(text), quote=True)
