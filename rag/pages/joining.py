"""Whether a text that stops in mid-sentence goes on in the next stretch, or lost its end there.

A column break cuts a sentence anywhere and loses nothing: then the two read on as one. Where words were lost, the two
must not read as one sentence that nobody wrote. Knows nothing of which article a stretch belongs to.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from rag.pages.blocks import Block
from rag.pages.cohesion import Cohesion
from rag.pages.units import Unit

_HAN = r"\u3400-\u9fff"
_ITEM = re.compile(rf"^(?P<lead>[{_HAN}]{{1,4}})[\"“‘「『][^\"“”‘’「」『』]{{1,12}}[\"”’」』](?P<after>[,:。])")
"""How an item of a series opens: a word or two, a quoted catchword, a stop."""
_CATCHPHRASE = re.compile(rf"^(?P<phrase>[{_HAN}]{{4,10}}(?:,[{_HAN}]{{4,10}})?)。")
"""Or a phrase or two of its own, a full stop behind, and then the text."""
_STARTS_SENTENCE = re.compile(
    r"^(?:此次|本次|本届|另外|然而|但是|不过|于是|因此|因而|随着|笔者|(?:老师|同学|学生|学员|队员|孩子|村民|居民|市民)们)"
)
"""Words that begin a sentence and hardly ever stand behind a word without a mark."""
_LONGER = 3
"""Times its own length; what follows a catchphrase is a paragraph."""
_PRINTED_LINE = re.compile(r"\S+")
_NEW_PARAGRAPH = 0.5
_INDENT = 2
"""Characters a paragraph's first line is set in by."""
_LOST_MARKS = 3
_MIN_LINES = 12
"""Printed lines to tell a column's width from."""


def column_width(blocks: Sequence[Block]) -> int:
    """The commonest width, in characters, of the printed lines of a page whose line ends were left as blanks; 0 where
    there are too few. Only for pages known to be such.
    """
    widths = Counter(
        len(line[0])
        for block in blocks
        if len(block.plain) >= 60
        for line in list(_PRINTED_LINE.finditer(block.spaced))[:-1]
        if len(line[0]) >= 12 and line[0][-1] not in ",、;:。"
    )
    return widths.most_common(1)[0][0] if widths.total() >= _MIN_LINES else 0


class Joins:
    """Tells for the stretches of one article, in reading order, which of them read on."""

    def __init__(self, bodies: Sequence[Unit], cohesion: Cohesion, width: int = 0) -> None:
        self._cohesion = cohesion
        self._width = width
        self._items = Counter(_items(bodies))
        self._openings = {
            unit.index
            for above, unit in zip([None, *bodies], bodies, strict=False)
            if above is None or above.complete or unit.fresh >= _NEW_PARAGRAPH
        }

    def reads_on(self, before: Unit, unit: Unit) -> bool:
        """Whether two stretches are one paragraph, not two with lost words between; ``before`` has no end."""
        item = _item(unit)
        if item is not None and self._items[item] > 1:
            return False
        if self._ends_short(before):
            return False
        if unit.fresh < _NEW_PARAGRAPH and not _STARTS_SENTENCE.match(unit.plain):
            return True
        return self._cohesion.joint(before.plain[-1:] + unit.plain[:1]) > 0

    def _ends_short(self, unit: Unit) -> bool:
        """Whether a paragraph of one printed line breaks off just before the column's edge, its last mark lost.

        A column break leaves a full line. Far shorter lines were not printed so and say nothing.
        """
        one_line = " " not in re.sub(r"(?<=[,、;:。]) ", "", unit.spaced.strip())
        opens = unit.index in self._openings
        missing = self._width - _INDENT - len(unit.plain)
        return opens and one_line and 0 < missing <= _LOST_MARKS and unit.plain[-1].isalnum()


def _item(unit: Unit) -> tuple[str, str] | None:
    """What items of one series have in common: their lead and stop, or that each opens with a catchphrase."""
    if match := _ITEM.match(unit.plain):
        return match["lead"], match["after"]
    phrase = _CATCHPHRASE.match(unit.plain)
    return ("catchphrase", "") if phrase and len(unit.plain) > _LONGER * len(phrase["phrase"]) else None


def _items(bodies: Sequence[Unit]) -> Iterator[tuple[str, str]]:
    return (item for unit in bodies if (item := _item(unit)) is not None)
