"""How sure an article's cut is, and the reasons to look at it again, in words.

A logistic model of a few measurements of the finished piece, fitted on cuts of generated pages that were right (IoU of
at least 0.8 with one article) or wrong. Knows nothing of how the cut was found but its margins.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from rag.pages.assemble import Draft
from rag.pages.cohesion import Cohesion
from rag.pages.continuity import load
from rag.pages.readings import Assignment
from rag.pages.units import Unit

_FEW = 2
"""Paragraphs; so short a piece may be a part of another."""
_STUB = 80
"""Characters of text in all."""
_TELLING = 15
"""Characters; shorter stretches say nothing of a subject."""
_AROUND = 12
"""Units before and after a piece in which what it belongs to would stand."""
_CONTEXT = 4
_TORN, _AKIN = -1.5, 1.0
"""Log odds from which a seam, or the likeness of a neighbour, is worth a person's look: 6 % of the pieces that are cut
right have a seam so weak."""
_MANY = 20
"""Paragraphs; of so many joints one is always that weak."""
_UNSURE, _OPEN_CHOICE = 1.0, 0.0


@dataclass(frozen=True, slots=True)
class Signs:
    """What is measured of a piece. ``seam``: log odds that the two sides of its weakest joint belong together;
    ``akin``: that a short piece belongs with one beside it; ``text_margin`` and ``head_margin``: smallest log odds by
    which its text and its headline lines went to it rather than elsewhere.
    """

    few_headless: bool
    few_bare: bool
    few_open: bool
    seam: float
    akin: float
    text_margin: float
    head_margin: float
    open_end: bool
    stub: bool
    broken: float
    head_below: bool
    mid_start: bool


_WEIGHTS = (-1.27, -2.18, -2.33, 0.23, -0.59, 0.49, 0.18, 0.74, -3.07, 0.43, 0.25, -0.41)
_BIAS = 1.2
"""In the order of ``Signs``. Logistic regression (C = 1) on 1,982 pieces of 360 generated pages; how well it holds on
pages of other documents stands in evals/PAGES.md."""


def likelihood(signs: Signs) -> float:
    """Probability, in (0, 1), that the piece is cut right."""
    score = _BIAS + sum(weight * float(sign) for weight, sign in zip(_WEIGHTS, astuple(signs), strict=True))
    return 1.0 / (1.0 + math.exp(-score))


class Doubts:
    """Weighs the pieces of one page; ``owners`` maps the number of each unit of text to its piece."""

    def __init__(self, units: Sequence[Unit], cohesion: Cohesion, owners: dict[int, int]) -> None:
        self._units = units
        self._cohesion = cohesion
        self._owners = owners

    def weigh(self, draft: Draft, mine: Sequence[Assignment]) -> None:
        """Set the draft's confidence and add what makes it doubtful."""
        signs = self.signs(mine)
        draft.confidence = likelihood(signs)
        for reason, holds in self._reasons(signs, mine):
            if holds:
                draft.doubt(reason)

    def signs(self, mine: Sequence[Assignment]) -> Signs:
        """The measurements of one piece."""
        heads = [self._units[a.unit] for a in mine if a.role == "head"]
        bodies = [self._units[a.unit] for a in mine if a.role == "body"]
        texts = [unit for unit in bodies if len(unit.plain) >= _TELLING]
        few = 0 < len(bodies) <= _FEW
        opening = bool(bodies) and bodies[0].opening
        bare = not opening and all(a.role != "byline" for a in mine)
        open_end = bool(bodies) and not bodies[-1].complete
        return Signs(
            few_headless=few and not heads,
            few_bare=few and bare and bool(heads),
            few_open=few and open_end,
            seam=self._weakest_seam(heads, bodies, self._below_subheads(mine)),
            akin=max(-1.0, self._akin(texts)) if few else 0.0,
            text_margin=_least(self._text_margins(mine)),
            head_margin=_least([a.margin for a in mine if a.role == "head"]),
            open_end=open_end,
            stub=sum(len(unit.plain) for unit in bodies) < _STUB and bare,
            broken=min(6, sum(not a.complete for a in bodies[:-1])) / max(1, len(bodies)),
            head_below=bool(heads and bodies) and heads[0].index > bodies[0].index,
            mid_start=bool(bodies) and not heads and not opening and bodies[0].fresh < 0,
        )

    def _text_margins(self, mine: Sequence[Assignment]) -> list[float]:
        """The margins of its text; those of a few words between breaks only where there is nothing else."""
        found = [(a.margin, len(self._units[a.unit].plain)) for a in mine if a.role == "body"]
        return [margin for margin, size in found if size >= _TELLING] or [margin for margin, _ in found]

    def _below_subheads(self, mine: Sequence[Assignment]) -> set[int]:
        """Numbers of the text below a subhead of a series, where the subject is meant to change."""
        subheads = [n for n, a in enumerate(mine) if a.role == "subhead" and self._units[a.unit].in_series]
        return {mine[n + 1].unit for n in subheads if n + 1 < len(mine)}

    def _weakest_seam(self, heads: Sequence[Unit], bodies: Sequence[Unit], parted: set[int]) -> float:
        weakest = 2.0
        texts = [unit for unit in bodies if len(unit.plain) >= _TELLING]
        follows = {above.index: below for above, below in itertools.pairwise(bodies)}
        for at in range(1, len(texts)):
            if texts[at].index in parted:
                continue
            before, after = texts[max(0, at - _CONTEXT) : at], texts[at : at + _CONTEXT]
            pairs = sorted((_kindred(self._cohesion, a.index, b.index) for a in before for b in after), reverse=True)
            seam = sum(pairs[:3]) / len(pairs[:3])
            if not before[-1].complete:
                seam += load().log_odds(before[-1].plain, follows[before[-1].index].plain)
            shares = (self._cohesion.contained(head.index, text.index) for head in heads for text in after)
            weakest = min(weakest, seam + min(1.5, 15.0 * max(shares, default=0.0)))
        return max(-2.0, weakest)

    def _akin(self, texts: Sequence[Unit]) -> float:
        """How much the nearest other piece talks of the same thing, as log odds."""
        if not texts:
            return -1.0
        own = self._owners.get(texts[0].index)
        others: dict[int, list[float]] = {}
        low, high = texts[0].index - _AROUND, texts[-1].index + _AROUND
        for number in range(max(self._units[0].index, low), min(self._units[-1].index, high) + 1):
            piece = self._owners.get(number)
            if piece is None or piece == own or len(self._units[number].plain) < _TELLING:
                continue
            others.setdefault(piece, []).extend(_kindred(self._cohesion, number, text.index) for text in texts)
        return max((sum(best := sorted(found)[-3:]) / len(best) for found in others.values()), default=-1.0)

    def _reasons(self, signs: Signs, mine: Sequence[Assignment]) -> list[tuple[str, bool]]:
        bodies = [self._units[a.unit] for a in mine if a.role == "body"]
        own = {a.unit for a in mine}
        apart = any(any(n not in own for n in range(a.index + 1, b.index)) for a, b in itertools.pairwise(bodies))
        signed = bool(bodies) and bodies[-1].plain.endswith((")", "摄", "讯", "电"))
        return [
            ("只有标题,没有正文", not bodies),
            ("有段落也可能属于别的稿件", signs.text_margin < _OPEN_CHOICE),
            ("有段落的归属不够明显", _OPEN_CHOICE <= signs.text_margin < _UNSURE),
            ("中间有一处前后用词不相干,可能混入别的稿件", signs.seam < _TORN and len(bodies) <= _MANY),
            ("篇幅很短,与邻近稿件用词相近,可能本是一篇", signs.akin > _AKIN),
            ("篇幅很短,没有署名或电头,可能是别的稿件的一段", signs.stub),
            ("标题排在正文之后,归属为推断", signs.head_below),
            ("开头像是句子中间,上文可能在别处", signs.mid_start),
            ("结尾不完整,可能有缺字或下文在别处", signs.open_end and not signed),
            ("与邻近稿件交错,段落归属为推断", apart),
        ]


def _least(margins: Sequence[float]) -> float:
    return max(-3.0, min([4.0, *margins]))


def _kindred(cohesion: Cohesion, a: int, b: int) -> float:
    """Log odds that two stretches are of one article, as the search prices it."""
    return max(-2.3, min(5.0, 38.0 * (math.sqrt(cohesion.cosine(a, b)) - 0.124)))
