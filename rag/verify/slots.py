"""Facts that fill a place in a sentence (a figure, a name, a direction), and what they are said of.

A claim can hold only words of its evidence and still be false: the right figure beside the wrong subject. So every
filler is compared, by the wording around it, with the fillers of its family in the evidence. Knows nothing of verdicts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.text.figures import same_figure
from rag.text.normalise import fold
from rag.verify.content import Content, wording_of
from rag.verify.reading import clauses_in, figures_in, sentences_in

CLAUSE_SHARE = 0.6
"""How much the clause around a filler counts against its whole sentence; a list of figures is told apart by clauses."""


FIGURE_CHARS = 3
"""How many characters of wording a figure nearby weighs."""
MIN_FRAME_CHARS = 3
"""Fewer characters before a filler are no frame to recognise it by."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A filler at ``[start, end)`` of a text, with the clause and the sentence around it."""

    value: str
    start: int
    end: int
    clause: str
    sentence: str


def slots_of(text: str, spans: Sequence[tuple[int, int]]) -> list[Slot]:
    """The fillers at ``spans`` of ``text``, each with its surroundings, itself blanked out of them."""
    sentences, clauses = sentences_in(text), clauses_in(text)
    return [
        Slot(text[start:end], start, end, _around(text, clauses, start, end), _around(text, sentences, start, end))
        for start, end in spans
    ]


def _around(text: str, spans: Sequence[tuple[int, int]], start: int, end: int) -> str:
    low = max((left for left, _ in spans if left <= start), default=0)
    high = min((right for _, right in spans if right >= end), default=len(text))
    return f"{text[low:start]}\n{text[end:high]}"


def likeness(claimed: Slot, told: Slot, clause_share: float = CLAUSE_SHARE) -> float:
    """How alike the surroundings of two fillers are, in [0, 1]: share of the claim's wording the evidence holds."""
    whole = _share(claimed.sentence, told.sentence)
    clause = _share(claimed.clause, told.clause)
    if clause is None:
        return whole or 0.0
    return clause_share * clause + (1 - clause_share) * (whole or 0.0)


def _share(claimed: str, told: str) -> float | None:
    """Share of the content and figures of one text that another holds; None where the first has none."""
    content, figures = Content.of(claimed), figures_in(claimed)
    size = content.size + FIGURE_CHARS * len(figures)
    if not size:
        return None
    others = figures_in(told) if figures else ()
    shared = sum(any(same_figure(figure, other) for other in others) for figure in figures)
    return (content.size - len(content.missing(wording_of(told))) + FIGURE_CHARS * shared) / size


@dataclass(frozen=True, slots=True)
class Match:
    """The likest filler that agrees with a claimed one and the likest that does not, with their likeness."""

    agreeing: Slot | None
    agreeing_likeness: float
    rival: Slot | None
    rival_likeness: float


def match(
    claimed: Slot, told: Sequence[Slot], agrees: Callable[[Slot], bool], clause_share: float = CLAUSE_SHARE
) -> Match:
    """Compare one filler of a claim with those of its family in the evidence."""
    best: dict[bool, tuple[float, Slot]] = {}
    for slot in told:
        side = agrees(slot)
        score = likeness(claimed, slot, clause_share)
        if side not in best or score > best[side][0]:
            best[side] = (score, slot)
    yes, no = best.get(True), best.get(False)
    return Match(yes[1] if yes else None, yes[0] if yes else 0.0, no[1] if no else None, no[0] if no else 0.0)


def same_frame(claimed: Slot, told: Slot) -> bool:
    """Whether the evidence has around its filler what the claim's clause has around its own, word for word.

    The words before are enough where there are several; otherwise those after must agree as well.
    """
    before, after = _halves(claimed.clause)
    told_before, told_after = _halves(told.clause)
    if not told_before.endswith(before):
        return False
    enough = len(before) >= MIN_FRAME_CHARS
    return enough or (told_after.startswith(after) and len(before) + len(after) >= MIN_FRAME_CHARS)


def _halves(clause: str) -> tuple[str, str]:
    before, _, after = clause.partition("\n")
    return fold(before), fold(after).rstrip("。；;!?")


def same_words(first: str, second: str) -> bool:
    """Whether two fillers are the same but for their dress."""
    return fold(first) == fold(second)
