"""Evidence cut into sentences, and the sentences a claim rests on.

Knows nothing of figures, names or verdicts: only of wording.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.models import Quote
from rag.text.figures import Figure, same_figure
from rag.text.normalise import fold
from rag.text.rates import minus_before
from rag.verify.content import Content, Wording, wording_of
from rag.verify.events import UNDONE
from rag.verify.reading import figures_in, folded, narrowed, sentences_in
from rag.verify.sums import works_out

MAX_QUOTES = 3
"""A claim that needs more sentences than this is not one statement."""
MIN_GAIN = 0.1
"""Share of the claim's content another sentence must add to be quoted as well."""
MIN_OVERLAP = 0.25
"""Below this share no sentence is about the same thing; nothing is quoted."""


FIGURE_BONUS = 1
"""Characters of content that a shared figure is worth when sentences are about as alike."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the evidence at ``quote``, its text and its place in reading order."""

    quote: Quote
    text: str
    wording: Wording


def sentences_of(evidence: Sequence[str]) -> list[Sentence]:
    """Every sentence of the evidence, in order."""
    return [
        Sentence(Quote(index, start, end), text[start:end], wording_of(text[start:end]))
        for index, text in enumerate(evidence)
        for start, end in sentences_in(text)
    ]


def find_verbatim(claim: str, evidence: Sequence[str]) -> Quote | None:
    """Where the evidence says the claim word for word (white space, commas, quotation marks and script aside).

    Not where the claim is cut out of a number (0人 from 50人) or follows right after a negation or
    after what makes an office a lower one (镇长 from 副镇长).
    """
    needle = fold(claim).rstrip("。.!?;")
    for index, text in enumerate(evidence):
        for start, end in folded(text).occurrences(needle):
            if _is_whole(text, start, end):
                return Quote(index, start, end)
    return None


_NUMERALS = frozenset("0123456789０１２３４５６７８９.．零一二三四五六七八九十百千万亿")
_RANKED_LOWER = ("副", "代理", "候任")
_NEGATES = ("不", "未", "没有", "没", "无", "非", "并非", "尚未", *UNDONE)
_UNDONE_AFTER = re.compile(
    rf"(?:的?(?:计划|方案|活动|说法|传闻|一事)?)(?:[被遭已]|已经|最终|临时|宣布)*(?:{'|'.join(UNDONE)})"
)


def _is_whole(text: str, start: int, end: int) -> bool:
    cut_number = (start > 0 and text[start - 1] in _NUMERALS and text[start] in _NUMERALS) or (
        end < len(text) and text[end - 1] in _NUMERALS and text[end] in _NUMERALS
    )
    undone = text[:start].endswith((*_NEGATES, *_RANKED_LOWER)) or _UNDONE_AFTER.match(text, end) is not None
    return not (cut_number or undone or minus_before(narrowed(text), start) is not None)


def _shared(figures: Sequence[Figure], sentence: Sentence) -> int:
    told = figures_in(sentence.text) if figures else ()
    return sum(any(same_figure(figure, other) for other in told) for figure in figures)


def find_sentences(claim: str, content: Content, sentences: Sequence[Sentence]) -> list[Sentence]:
    """The sentences that together hold most of the claim's wording, best first; none where nothing is alike.

    Of sentences about as alike, one with the claim's figures comes first; a figure alone brings no sentence in, unless
    the claim works something out from it (…比…多3家): then every figure it names must be seen where it is printed.
    """
    chosen: list[Sentence] = []
    figures = figures_in(claim)
    total = content.size
    if not total:
        return []
    missing = {at for at, carries in enumerate(content.carries) if carries}
    while len(chosen) < MAX_QUOTES:
        gains = [(sum(sentence.wording.holds(content.text, at) for at in missing), sentence) for sentence in sentences]
        weighed = [(gain + FIGURE_BONUS * _shared(figures, sentence), gain, sentence) for gain, sentence in gains]
        _, gain, best = max(weighed, key=lambda found: found[0], default=(0, 0, None))
        needed = MIN_GAIN if chosen else MIN_OVERLAP
        if best is None or gain / total < needed:
            break
        chosen.append(best)
        missing = {at for at in missing if not best.wording.holds(content.text, at)}
    return chosen + _operands(content, figures, chosen, sentences) if chosen and works_out(claim) else chosen


def _operands(
    content: Content, figures: Sequence[Figure], chosen: Sequence[Sentence], sentences: Sequence[Sentence]
) -> list[Sentence]:
    """For each figure that no chosen sentence prints, the sentence that does and is most like the claim."""
    added: list[Sentence] = []
    for figure in figures:
        if any(_shared([figure], sentence) for sentence in (*chosen, *added)):
            continue
        printing = [sentence for sentence in sentences if _shared([figure], sentence)]
        if printing:
            carried = [at for at, carries in enumerate(content.carries) if carries]
            added.append(max(printing, key=lambda one: sum(one.wording.holds(content.text, at) for at in carried)))
    return added
