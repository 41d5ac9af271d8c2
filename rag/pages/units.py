"""The units stitching works on: headline lines, byline lines, stretches of text and turn markers, in page order.

Captions and furniture have been taken out before. Knows nothing of how units are joined.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest
from typing import Literal

from rag.pages.blocks import Block
from rag.pages.bylines import TRAILING_POST, bare_names, is_byline_line, is_names_line
from rag.pages.continuity import load
from rag.pages.datelines import is_source_line, read_opening
from rag.pages.headlines import MAX_HEADLINE, headline_odds, is_label, is_subtitle_form
from rag.text.turn_marks import MAX_MARK, TurnMark, read_mark

UnitKind = Literal["head", "either", "byline", "body", "turn_in", "turn_out"]

_SIGNED = 3.0
"""Log odds by which a post and a name at its end speak for a headline that was run together with its byline."""
SAME_PAGE = re.compile(r"(?:本版|本页)")
PAGE_NUMBER = re.compile(r"[A-Z]?\d{1,3}|[一二三四五六七八九十]{1,3}")

_FRESH = re.compile(
    r"^(?:[“\"(《【]|[一二三四五六七八九十]是|[一二三四五六七八九十]{1,2}、|第[一二三四五]|首先|其次|再次|最后|近[日年期几]|日前|目前|据|同时|此[外次]|下一步|接下来|随后|截至|当[天日前晚]|"
    r"活动|记者|今[年日天后]|昨|自|通过|针对|为|在|按照|根据|围绕|会议|会上|现场|与此|不仅|除了|如今|从|经|以|一[方位名路]|该|他|她|我们|\d{1,2}月|\d{4}年|\d{1,2}[日:.、]|来源|原标题|[\u3400-\u9fff]{2,12}(?:表示|说|介绍|指出|强调|认为|透露)[,:])"
)
_SHAPE = re.compile(r"[^\s,、:“”\"‘’]")
_NO_WORD = 1.25
"""Rarity of two characters together from which they are no common word: names lie above, words mostly below 1.1."""
_SERIES_REACH = 40
"""Units; subheads of one article stand no farther apart."""
_CUT_START = re.compile(r"^[,、。;:!?)”’》」』】%的了着们性化度率]")
_HANGING_END = re.compile(r"[的了和与在是为将对以及把被从向到由让使但而并着之其、,:(“‘《「\"]$")


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit. ``index``: its number in page order, also its number in the cohesion table.

    ``odds``: log odds that it is a headline (marked lines: high). ``fresh``: how much it looks like the start of a
    paragraph, positive, or the middle of a sentence, negative. ``gap``: line breaks printed before it.

    ``announced``: a byline or dateline follows the headline. ``stacked``: another headline line does. ``in_series``:
    other short lines of the page have the same shape (see ``_series``), ``series_before`` is the one before;
    ``inside_series``: it stands between two such.
    """

    index: int
    block: Block
    kind: UnitKind
    odds: float
    fresh: float
    opening: bool
    complete: bool
    gap: int
    announced: bool = False
    stacked: bool = False
    in_series: bool = False
    series_before: int | None = None
    inside_series: bool = False

    @property
    def can_head(self) -> bool:
        """Whether it may be a headline line."""
        return self.kind in ("head", "either")

    @property
    def plain(self) -> str:
        """Folded text without white space."""
        return self.block.plain

    @property
    def spaced(self) -> str:
        """Folded text with white space as single blanks."""
        return self.block.spaced


def make_units(blocks: list[Block], *, marked: bool, wrapped: bool, first: int = 0) -> list[Unit]:
    """Units of the page's remaining blocks. ``marked``: the page marks its headlines with ``#``.

    ``first``: number of the first unit, where units of earlier pages of the same file stand before.
    """
    units = [_unit(index, block, marked, wrapped) for index, block in enumerate(blocks)]
    units = [_by_neighbour(unit, after) for unit, after in zip_longest(units, units[1:])]
    units = [_below_label(unit, before) for unit, before in zip(units, [None, *units], strict=False)]
    units = [_between(unit, *around) for unit, *around in zip(units, [None, *units], [*units[1:], None], strict=False)]
    announced = _announced(units)
    before = _series(units, announced)
    members = before.keys() | set(before.values())
    inside = {n for last, first in before.items() for n in range(first + 1, last + 1)}
    return [
        replace(
            unit,
            index=first + unit.index,
            announced=unit.can_head and unit.index in announced,
            stacked=unit.can_head and unit.index + 1 < len(units) and units[unit.index + 1].odds > 0.5,
            in_series=unit.index in members,
            odds=unit.odds + (3.0 if unit.index in members else 0.0),
            series_before=first + before[unit.index] if unit.index in before else None,
            inside_series=unit.index in inside,
        )
        for unit in units
    ]


def _by_neighbour(unit: Unit, after: Unit | None) -> Unit:
    """What stands below says what a short line is: a subtitle follows a headline, a byline mostly does."""
    if after is None or unit.kind not in ("either", "body") or unit.opening or not 4 <= len(unit.plain) <= MAX_HEADLINE:
        return unit
    if is_subtitle_form(after.plain) and not unit.plain.endswith(("。", ",", ";")):
        return replace(unit, kind="either", odds=max(unit.odds, 4.0))
    if after.kind == "byline" and unit.kind == "either" and not unit.complete:
        return replace(unit, odds=unit.odds + 1.0)
    return unit


def _between(unit: Unit, before: Unit | None, after: Unit | None) -> Unit:
    """Bare names under a headline and above text are its byline, where they are no words of the language."""
    if unit.kind != "either" or before is None or after is None or after.kind != "body" or not before.can_head:
        return unit
    names = bare_names(unit.spaced)
    if not names or before.odds < 0.0 or not all(_is_rare(name) for name in names):
        return unit
    return replace(unit, kind="byline", odds=-6.0)


def _is_rare(name: str) -> bool:
    return max(load().rarity(a + b) for a, b in pairwise(name)) >= _NO_WORD


def _below_label(unit: Unit, before: Unit | None) -> Unit:
    """A short line below the name of a column is more likely a headline."""
    if (
        unit.kind != "either"
        or unit.odds < -1.0
        or before is None
        or not before.can_head
        or not is_label(before.spaced.strip())
    ):
        return unit
    return replace(unit, odds=unit.odds + 1.5)


def _announced(units: Sequence[Unit]) -> set[int]:
    """Headline lines after which a byline or a dateline follows, with nothing but headline lines between."""
    found: set[int] = set()
    follows = False
    for unit in reversed(units):
        if unit.kind == "byline" or unit.opening:
            follows = True
        elif unit.can_head:
            if follows:
                found.add(unit.index)
        else:
            follows = False
    return found


def _series(units: Sequence[Unit], announced: set[int]) -> dict[int, int]:
    """Subheads of one long article: short lines between paragraphs, alike in length and punctuation.

    Returns the number of each such line but the first, with the number of the one before it.
    """
    shapes: dict[tuple[int, str], list[int]] = {}
    for before, unit, after in zip(units, units[1:], units[2:], strict=False):
        alone = _is_text(before) and _is_text(after)
        if unit.kind == "either" and alone and unit.index not in announced and len(unit.plain) >= 4:
            shapes.setdefault((len(unit.plain), _SHAPE.sub("", unit.spaced.strip())), []).append(unit.index)
    return {b: a for members in shapes.values() for a, b in pairwise(members) if b - a <= _SERIES_REACH}


def _is_text(unit: Unit) -> bool:
    """Whether a unit is text, or a short line that hardly can be anything else."""
    return unit.kind == "body" or (unit.kind == "either" and unit.odds < 0.0)


def _unit(index: int, block: Block, marked: bool, wrapped: bool) -> Unit:
    plain, spaced = block.plain, block.spaced.strip()
    found = read_opening(spaced)
    opening = found is not None and not (found.length >= len(spaced) and spaced.endswith("电"))
    odds = headline_odds(plain, spaced, wrapped=wrapped)
    closing = (found is not None and not opening) or is_source_line(spaced)
    kind: UnitKind
    if (mark := _turn(plain)) is not None:
        kind = "turn_out" if mark.direction == "out" else "turn_in"
    elif is_byline_line(spaced):
        kind = "byline"
    elif block.level:
        kind, odds = ("head", 6.0) if len(plain) <= 90 and not opening else ("body", -6.0)
    elif opening or closing or odds <= -4.0:
        kind = "body"
    else:
        kind = "either"
        odds -= 3.5 if marked else 0.0
        odds -= 2.0 if is_names_line(spaced) else 0.0
        odds += _SIGNED if TRAILING_POST.search(spaced) else 0.0
    return Unit(index, block, kind, odds, freshness(plain), opening, block.complete or closing, block.gap)


def freshness(plain: str) -> float:
    """Does a stretch start as a paragraph starts (up to 1.5) or in mid-sentence (down to -3)?"""
    if _CUT_START.match(plain):
        return -3.0
    if _FRESH.match(plain):
        return 1.2
    return -0.2


def is_turn(plain: str) -> bool:
    """Whether a folded line says that an article goes on elsewhere, or comes from elsewhere (下转, 上接)."""
    return _turn(plain) is not None


def _turn(plain: str) -> TurnMark | None:
    mark = read_mark(plain) if len(plain) <= MAX_MARK else None
    return mark if mark is not None and mark.span == (0, len(plain)) else None


def hangs(plain: str) -> bool:
    """Whether a stretch ends on a word that needs a next one."""
    return bool(_HANGING_END.search(plain))
