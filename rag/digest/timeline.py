"""Dated statements → a timeline: in order of time, what is said twice said once, the undated apart.

Everything that comes in was verified before. Knows nothing of how statements are found or compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.digest.moments import label_of, order_of
from rag.digest.writer import Writer
from rag.models import Citation, Claim, Moment, Statement, TimelineEntry
from rag.text.figures import find_figures
from rag.text.normalise import fold

SAME = 0.8
"""Share of character pairs that two statements of one day have in common when they say the same. Set by hand."""

UNDATED = "日期不详"
BULLET = "· "


@dataclass(frozen=True, slots=True)
class Dated:
    """A verified statement and when it was, if that is known."""

    statement: Statement
    moment: Moment | None


@dataclass(frozen=True, slots=True)
class Written:
    """The text of a timeline and everything that points into it."""

    text: str
    entries: tuple[TimelineEntry, ...]
    undated: tuple[int, ...]
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]


def in_order(found: Sequence[Dated]) -> list[Dated]:
    """The statements in order of time, those without a date last; equals of one day as one with all their sources."""
    ordered = sorted(
        enumerate(found),
        key=lambda one: (one[1].moment is None, order_of(one[1].moment) if one[1].moment else (), one[0]),
    )
    kept: list[Dated] = []
    for _, dated in ordered:
        same = next((at for at, other in enumerate(kept) if _same(dated, other)), None)
        if same is None:
            kept.append(dated)
        else:
            known = kept[same].statement
            cited = dict.fromkeys((*known.citations, *dated.statement.citations))
            kept[same] = replace(kept[same], statement=replace(known, citations=tuple(cited)))
    return kept


def write_timeline(ordered: Sequence[Dated]) -> Written:
    """A line a statement, its date before it; the undated under a heading of their own."""
    writer = Writer()
    entries: list[TimelineEntry] = []
    undated: list[int] = []
    for dated in ordered:
        if dated.moment is None and not undated:
            writer.write(("\n\n" if writer.text else "") + f"【{UNDATED}】")
        writer.write(("\n" if writer.text else "") + BULLET)
        if dated.moment is None:
            undated.append(writer.say(dated.statement))
        else:
            writer.write(f"{label_of(dated.moment)}：")
            entries.append(TimelineEntry(dated.moment, writer.say(dated.statement)))
    return Written(writer.text, tuple(entries), tuple(undated), tuple(writer.claims), writer.citations)


def _same(one: Dated, other: Dated) -> bool:
    if (one.moment and one.moment.day) != (other.moment and other.moment.day):
        return False
    first, second = one.statement.text, other.statement.text
    mine, theirs = _pairs(first), _pairs(second)
    if len(mine & theirs) < SAME * max(len(mine), len(theirs), 1):
        return False
    return _figures(first) == _figures(second)


def _pairs(text: str) -> set[str]:
    return {a + b for a, b in pairwise(fold(text)) if a.isalnum() and b.isalnum()}


def _figures(text: str) -> set[str]:
    return {fold(figure.raw) for figure in find_figures(text)}
