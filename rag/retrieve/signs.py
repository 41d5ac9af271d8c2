"""Signs, cheap to see, that a passage answers a question or only looks as if it did.

The year and the figures a question names, a time where a time is asked, the question itself printed as a question.
Simple rules over folded text. Knows nothing of stores, legs or scores.
"""

from __future__ import annotations

import re

from rag.models import Sign
from rag.retrieve.alignment import Alignment
from rag.text.normalise import fold

SEARCHED = 20
"""Best candidates that are looked at; with 10 what stands lower never comes up."""

YEAR, OTHER_YEAR, FIGURES, NO_TIME, REPEATED = 4.0, -4.0, 4.0, -6.0, -8.0
"""What a sign adds to a score of ``rag.retrieve.weights``. Chosen on the fitting half of news with noise, where twice
and half of each do about as well; figures in ``evals/README.md``."""

REPEATS = 0.6
"""Share of the question's words beside which a question mark means that the question itself is printed there."""

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_WHEN_ASKED = re.compile(
    r"什么时[候间]|何时|哪一?[年月天日]|何年|几[月点号日]|多久|(?:时间|日期)(?:是|为|在)?(?:什么|何时|多少|哪.*)?\??$"
)
_TIME = re.compile(
    r"\d[年月日号点时天]|(?<!\d)(?:19|20)\d\d|\d:\d\d|月|[昨今明前]天|[昨今]日|[去今明前]年|星期|周[一二三四五六日]"
    r"|小时|分钟|[一二三四五六七八九十零]年|世纪|年代|朝"
)
_ASKED_THERE = re.compile(r"(?:谁|什么|多少|哪|几|如何|怎么|何时)[^。;!]{0,12}\?")


class Signs:
    """Looks for the signs of one question in passages.

    Args:
        asked: the question in its one form (``rag.text.asked``).
    """

    def __init__(self, asked: str) -> None:
        question = fold(asked)
        self._years = frozenset(_YEAR.findall(question))
        self._figures = frozenset(_NUMBER.findall(question)) - self._years
        self._wants_time = _WHEN_ASKED.search(question) is not None

    @property
    def want_dates(self) -> bool:
        """Whether it matters when a passage was printed."""
        return bool(self._years)

    def of(self, folded: str, alignment: Alignment, published: str | None = None) -> tuple[Sign, ...]:
        """What a passage shows.

        Args:
            folded: its text (``rag.text.normalise.fold``).
            alignment: where in it the question's words stand.
            published: its date, ISO or ``MM-DD``, if it has one.
        """
        beside = alignment.beside
        if not beside:
            return ()
        signs = self._of_years(folded, beside, published or "")
        if self._figures:
            # A figure is the same as a whole only: 500 is not in 1500.
            shared = len(self._figures & set(_NUMBER.findall(beside))) / len(self._figures)
            signs += [Sign("names the figures", FIGURES * shared)] if shared else []
        if self._wants_time and not self._tells_time(folded):
            signs.append(Sign("tells no time", NO_TIME))
        if alignment.near > REPEATS and _ASKED_THERE.search(beside):
            signs.append(Sign("asks the same", REPEATED))
        return tuple(signs)

    def _of_years(self, folded: str, beside: str, published: str) -> list[Sign]:
        if not self._years:
            return []
        near = _years(beside)
        if near & self._years:
            return [Sign("names the year", YEAR)]
        there = _years(folded)
        # A paper does not print its own year: one of 2023 that compares with 2022 tells of 2023.
        if not there or there & self._years or published[:4] in self._years:
            return []
        return [Sign("another year", OTHER_YEAR * (2 if near else 1))]

    def _tells_time(self, folded: str) -> bool:
        for year in self._years:
            folded = folded.replace(f"{year}年", "")
        return _TIME.search(folded) is not None


def _years(text: str) -> set[str]:
    return set(_YEAR.findall(text))
