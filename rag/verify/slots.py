"""Facts that fill a place in a sentence (a figure, a name, a direction), and what they are said of.

A claim can hold only words of its evidence and still be false: the right figure beside the wrong subject. So every
filler is compared, by the wording around it, with the fillers of its family in the evidence. Knows nothing of verdicts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.text.normalise import fold
from rag.text.sentences import split_clauses, split_sentences
from rag.verify.content import Content, wording_of

CLAUSE_SHARE = 0.6
"""How much the clause around a filler counts against its whole sentence; a list of figures is told apart by clauses."""


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
    sentences, clauses = split_sentences(text), split_clauses(text)
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
    clause, sentence = Content.of(claimed.clause), Content.of(claimed.sentence)
    whole = sentence.coverage(wording_of(told.sentence))
    if not clause.size:
        return whole
    return clause_share * clause.coverage(wording_of(told.clause)) + (1 - clause_share) * whole


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


def same_words(first: str, second: str) -> bool:
    """Whether two fillers are the same but for their dress."""
    return fold(first) == fold(second)
