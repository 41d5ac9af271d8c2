"""How far other passages say the same beside the question's words: what several report is more likely the answer.

Source: the redundancy of answers in Brill, Lin, Banko, Dumais and Ng, Data-Intensive Question Answering (TREC 2001),
here for ranking passages. Knows nothing of stores, scores or legs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from heapq import nlargest

VOTERS = 10
"""Best candidates whose words count; 5 and 20 do about as well (fitting halves, ``evals/README.md``)."""

MOST_SHARED = 6
"""Words a passage is credited with: an answer is a name, a figure or a date, not half a paragraph."""

_PAIR = re.compile(r"(?=([\u3400-\u9fff\U00020000-\U000323af]{2}))")
_WORD = re.compile(r"[a-z]{2,}|\d+\.\d+|\d{2,}")


def agreement(beside: Sequence[str], asked: Collection[str]) -> list[float]:
    """For each candidate the mean share of the voters, in [0, 1), that say its most shared words too.

    Voters that print the very same there (copies) count as one, and none counts for itself.

    Args:
        beside: for each candidate, best first, the folded text around the place where it holds most of the question.
        asked: the question's own terms; they say nothing new.
    """
    voters = list(dict.fromkeys(text for text in beside[:VOTERS] if text))
    votes = Counter(term for text in voters for term in {*_PAIR.findall(text), *_WORD.findall(text)})
    shared = [(term, count) for term, count in votes.items() if count > 1 and term not in asked]
    return [_share(text, shared, int(text in voters)) for text in beside]


def _share(text: str, shared: Sequence[tuple[str, int]], own: int) -> float:
    words = set(_WORD.findall(text))
    # A figure is the same as a whole only: 7 is not in 457.
    counts = [count - own for term, count in shared if term in (words if term.isascii() else text)]
    return sum(nlargest(MOST_SHARED, counts)) / (MOST_SHARED * VOTERS)
