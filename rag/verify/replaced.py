"""Words put in the place of others: a claim that copies its sentence but for one word.

Aligns the claim with each quoted sentence and looks at what differs between stretches that are the same. Knows nothing
of what the words mean beyond the families of ``content``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher

from rag.text.normalise import fold
from rag.verify.content import is_neutral, same_family
from rag.verify.events import denies
from rag.verify.findings import Finding
from rag.verify.reading import figures_in

MIN_ANCHOR_CHARS = 2
"""Equal characters that must stand on both sides of a replaced word."""
MAX_WORD_CHARS = 4
"""Longer differences are rewording, not the swap of a word."""
MIN_WORD_CHARS = 2


def check_replaced(claim: str, quoted: Sequence[str], settled: Collection[str] = ()) -> list[Finding]:
    """Words of the claim that stand where a quoted sentence, otherwise the same there, has another word.

    ``settled``: verbs of the evidence that another verb of the claim tells from the other side.
    """
    plain, told = fold(claim), "\n".join(fold(text) for text in quoted)
    findings: list[Finding] = []
    for text in quoted:
        for said, printed in _swaps(plain, fold(text)):
            alike = (
                same_family(said, printed)
                or (denies(said) and denies(printed))
                or any(verb in printed for verb in settled)
            )
            if said not in told and printed not in plain and not alike:
                findings.append(Finding("partial", f"“{said}”在原文中为“{printed}”"))
    return findings


def _swaps(claim: str, sentence: str) -> Iterator[tuple[str, str]]:
    codes = SequenceMatcher(None, claim, sentence, autojunk=False).get_opcodes()
    for at, (kind, low, high, told_low, told_high) in enumerate(codes):
        if kind != "replace" or not _anchored(codes, at, claim):
            continue
        said, printed = claim[low:high], sentence[told_low:told_high]
        same_size = len(said) == len(printed) and MIN_WORD_CHARS <= len(said) <= MAX_WORD_CHARS
        if same_size and said.isalpha() and printed.isalpha() and not (is_neutral(said) or figures_in(said)):
            yield said, printed


def _anchored(codes: Sequence[tuple[str, int, int, int, int]], at: int, claim: str) -> bool:
    """Whether equal stretches, or the edge of the claim, stand on both sides."""
    before = codes[at - 1] if at else None
    after = codes[at + 1] if at + 1 < len(codes) else None
    left = before is not None and before[0] == "equal" and before[2] - before[1] >= MIN_ANCHOR_CHARS
    right = after is not None and after[0] == "equal" and after[2] - after[1] >= MIN_ANCHOR_CHARS
    starts = codes[at][1] == 0
    ends = codes[at][2] == len(claim)
    return (left or starts) and (right or ends) and (left or right)
