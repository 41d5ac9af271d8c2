"""Summary rows as Markdown. Text from newspapers is escaped, so that it shows as it is and never becomes markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from rag.export.rows import KINDS, POSITIONS, TITLE, UNTITLED, VERDICTS, Json, declined, pieces, positions, shown

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&!$^])")
_ADDRESS = re.compile(r"(?i)(https?|ftp|mailto|xmpp)(?=:)|\b(www)(?=\.)")
"""Where chat programs and GitHub make a link of bare text (https://github.github.com/gfm/#autolinks-extension-)."""

_LIST_START = re.compile(r"(?m)^([ \t]*)([-+=]|\d+(?=[.)]))")


def summaries_markdown(rows: Iterable[Json]) -> str:
    """A section per document, in it per row: headline, summary with markers, quotes with their positions."""
    return "".join(markdown_pieces(rows))


def markdown_pieces(rows: Iterable[Json]) -> Iterator[str]:
    """``summaries_markdown`` as the rows come; one of them is in memory at a time."""
    yield f"# {TITLE}\n\n{POSITIONS}\n"
    for document, group in groupby(rows, key=lambda row: str(row["document"])):
        yield f"\n## {escaped_line(document)}\n"
        yield from (f"\n{_section(row)}" for row in group)


def _section(row: Json) -> str:
    kind = KINDS.get(row.get("kind", ""))
    heading = f"### {escaped_line(row.get('title') or UNTITLED)}" + (f" · {kind}" if kind else "")
    reason = declined(row)
    if reason is not None:
        message, quotes = f"*{escaped_line(reason[0])}*", reason[1]
    else:
        message, quotes = _summary(row), row.get("citations", ())
    paragraphs = [heading, message, *map(_quote, quotes), f"`{row['article_id']}`"]
    return "\n\n".join(paragraphs) + "\n"


def _summary(row: Json) -> str:
    """The summary's own lines stay lines: two blanks at the end of each but the last."""
    text = "".join(_escape(piece) + (_markers(claim) if claim else "") for piece, claim in pieces(row))
    lines = (_LIST_START.sub(_escape_start, line.strip()) for line in text.split("\n"))
    return "  \n".join(line for line in lines if line)


def _markers(claim: Json) -> str:
    doubt = "" if claim["verdict"] == "supported" else f"（{VERDICTS[claim['verdict']][1]}）"
    return doubt + "".join(f"\\[{marker}\\]" for marker in claim["citations"])


def _quote(citation: Json) -> str:
    return f"> \\[{citation['marker']}\\] {escaped_line(citation['quote'])} （{positions(citation)}）"


def escaped_line(text: object) -> str:
    """Text on one line, shown literally wherever in a line it stands."""
    return _LIST_START.sub(_escape_start, _escape(" ".join(str(text).split())))


def _escape(text: str) -> str:
    return _ADDRESS.sub(r"\g<0>\\", _SPECIAL.sub(r"\\\1", shown(text)))


def _escape_start(match: re.Match[str]) -> str:
    """``-`` → ``\\-`` and ``1.`` → ``1\\.``: at the start of a line these would open a list."""
    return f"{match[1]}{match[2]}\\" if match[2].isdigit() else f"{match[1]}\\{match[2]}"
