"""One page's cuts against its gold, counted over characters. Pure; knows nothing of measures or files.

Only characters that are neither white space nor the marks # and * count. Characters in no predicted piece count as
furniture.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

Piece = Mapping[str, Any]

TEXT_KINDS: Final = frozenset({"article", "photo_caption", "continuation", "fragment"})
HARD_FLAGS: Final = frozenset(
    {"interleaved", "title_after_body", "title_split", "interrupted_by_caption", "interrupted_by_furniture",
     "turned_on_same_page"}
)  # fmt: skip
HEADLINE_LINES: Final = ("kicker", "subtitle", "column_label")
THRESHOLDS: Final = (50, 80, 95)
MATCHED: Final = 0.5
WELL_MATCHED: Final = 0.8

Share = tuple[float, float]
"""(part, whole)."""


@dataclass(frozen=True, slots=True)
class PageScore:
    """Counts of one page; ``matched[t]`` gold text pieces found at IoU >= t/100."""

    precision: float
    recall: float
    n_gold: int
    n_predicted: int
    matched: Mapping[int, int]
    main: Share
    hard: Share
    title: Share
    title_read: Share
    headless: Share
    order: Share
    leak: Share
    cross: Share
    main_by_label: Mapping[str, Share]
    title_by_label: Mapping[str, Share]


@dataclass(frozen=True, slots=True)
class _Page:
    """Characters of gold and predicted pieces, and which piece a character is in."""

    gold: Sequence[Piece]
    predicted: Sequence[Piece]
    gold_chars: list[list[int]]
    predicted_chars: list[list[int]]
    gold_of: dict[int, int]
    predicted_of: dict[int, int]

    @property
    def gold_texts(self) -> list[int]:
        """Gold pieces that are text."""
        return [index for index, piece in enumerate(self.gold) if _is_text(piece)]

    @property
    def predicted_texts(self) -> list[int]:
        """Predicted pieces that are text and hold something."""
        return [index for index, piece in enumerate(self.predicted) if _is_text(piece) and self.predicted_chars[index]]


def score_page(gold: Sequence[Piece], predicted: Sequence[Piece], text: str) -> PageScore:
    """Compare two cuts of one page.

    Args:
        gold: pieces with ``kind``, ``title``, ``flags`` and ``spans`` in reading order.
        predicted: pieces with ``spans``, perhaps ``kind`` and ``title``.
        text: the page as received.
    """
    page = _page(gold, predicted, text)
    cells = Counter((page.gold_of[at], page.predicted_of[at]) for at in page.gold_of)
    sizes = Counter(page.gold_of.values())
    found = Counter(page.predicted_of[at] for at in page.gold_of)
    n = len(page.gold_of)
    matches = _match(page, cells, sizes, found)
    title, title_read, headless = _titles(page, matches)
    labelled = _labelled(gold, page.gold_texts)
    main = [index for index in page.gold_texts if gold[index]["kind"] in ("article", "continuation")]
    hard = [index for index in main if HARD_FLAGS & set(gold[index].get("flags", ()))]
    return PageScore(
        precision=sum(count * count / found[cell[1]] for cell, count in cells.items()) / n,
        recall=sum(count * count / sizes[cell[0]] for cell, count in cells.items()) / n,
        n_gold=len(page.gold_texts),
        n_predicted=len(page.predicted_texts),
        matched={limit: sum(iou >= limit / 100 for _, iou in matches.values()) for limit in THRESHOLDS},
        main=_found_well(main, matches),
        hard=_found_well(hard, matches),
        title=title,
        title_read=title_read,
        headless=headless,
        order=_order(page, matches),
        leak=_leak(page),
        cross=_cross(page),
        main_by_label={label: _found_well(pieces, matches) for label, pieces in labelled.items()},
        title_by_label={
            label: share for label, pieces in labelled.items() if (share := _titles(page, matches, pieces)[1])[1]
        },
    )


def _labelled(gold: Sequence[Piece], pieces: Sequence[int]) -> dict[str, list[int]]:
    """Pieces by kind, and by what happened to them: flags of the gold, and the headline lines they have."""
    found: dict[str, list[int]] = {}
    for index in pieces:
        lines = [name for name in HEADLINE_LINES if gold[index].get(name)]
        for label in dict.fromkeys((gold[index]["kind"], *gold[index].get("flags", ()), *lines)):
            found.setdefault(label, []).append(index)
    return found


def _is_text(piece: Piece) -> bool:
    return piece.get("kind", "article") in TEXT_KINDS


def _plain(text: str | None) -> str:
    return re.sub(r"[\s#*]", "", text or "")


def _page(gold: Sequence[Piece], predicted: Sequence[Piece], text: str) -> _Page:
    counted = {at for at, character in enumerate(text) if not character.isspace() and character not in "#*"}

    def characters(piece: Piece) -> list[int]:
        return [at for start, end in piece["spans"] for at in range(start, end) if at in counted]

    gold_chars, predicted_chars = [characters(one) for one in gold], [characters(one) for one in predicted]
    gold_of = {at: index for index, chars in enumerate(gold_chars) for at in chars}
    predicted_of: dict[int, int] = {}
    for index, chars in enumerate(predicted_chars):
        for at in chars:
            predicted_of.setdefault(at, index)
    _fill(gold_of, predicted_of)
    return _Page(gold, predicted, gold_chars, predicted_chars, gold_of, predicted_of)


def _fill(gold_of: Mapping[int, int], predicted_of: dict[int, int]) -> None:
    """Every character in no predicted piece becomes a piece of its own, numbered below zero.

    The scorer's description says one piece a run; its code, which this equals, makes one a character.
    """
    lost = sorted(at for at in gold_of if at not in predicted_of)
    predicted_of.update((at, -number) for number, at in enumerate(lost, 1))


def _match(
    page: _Page, cells: Counter[tuple[int, int]], sizes: Counter[int], found: Counter[int]
) -> dict[int, tuple[int, float]]:
    """Gold text piece → (predicted piece, IoU): the best pairs first, each piece once."""
    texts, guesses = set(page.gold_texts), set(page.predicted_texts)
    overlap = {
        (one, other): count / (sizes[one] + found[other] - count)
        for (one, other), count in cells.items()
        if one in texts and other in guesses
    }
    matches: dict[int, tuple[int, float]] = {}
    used: set[int] = set()
    for (one, other), iou in sorted(overlap.items(), key=lambda pair: -pair[1]):
        if one not in matches and other not in used:
            matches[one] = (other, iou)
            used.add(other)
    return matches


def _found_well(pieces: Sequence[int], matches: Mapping[int, tuple[int, float]]) -> Share:
    return sum(one in matches and matches[one][1] >= WELL_MATCHED for one in pieces), len(pieces)


def _titles(
    page: _Page, matches: Mapping[int, tuple[int, float]], pieces: Sequence[int] | None = None
) -> tuple[Share, Share, Share]:
    """Titles by the scorer's definition, titles really read, and pieces rightly left without; of all text pieces, or
    of some.

    The scorer compares with a second reading that most pieces do not have, and takes an empty title for it: a system
    that reads no headline at all gets 0.99 there. The second figure asks for a headline.
    """
    right = said = titled = empty = headless = 0
    for index in page.gold_texts if pieces is None else pieces:
        piece, match = page.gold[index], matches.get(index)
        read = _plain(page.predicted[match[0]].get("title")) if match and match[1] >= MATCHED else None
        if piece.get("title"):
            titled += 1
            matched = read is not None and read in (_plain(piece["title"]), _plain(piece.get("title_normalised")))
            right += matched
            said += matched and bool(read)
        else:
            headless += 1
            empty += read == ""
    return (right, titled), (said, titled), (empty, headless)


def _order(page: _Page, matches: Mapping[int, tuple[int, float]]) -> Share:
    kept = 0.0
    counted = 0
    for index, (other, iou) in matches.items():
        chars = page.gold_chars[index]
        if iou < MATCHED or len(chars) < 2:
            continue
        after = dict(pairwise(page.predicted_chars[other]))
        counted += 1
        kept += sum(after.get(one) == following for one, following in pairwise(chars)) / (len(chars) - 1)
    return kept, counted


def _leak(page: _Page) -> Share:
    furniture = [at for at, index in page.gold_of.items() if page.gold[index]["kind"] == "page_furniture"]
    guesses = set(page.predicted_texts)
    return sum(page.predicted_of[at] in guesses for at in furniture), len(furniture)


def _cross(page: _Page) -> Share:
    foreign = total = 0
    for index in page.predicted_texts:
        owners = Counter(page.gold_of[at] for at in page.predicted_chars[index] if at in page.gold_of)
        total += owners.total()
        foreign += owners.total() - max(owners.values(), default=0)
    return foreign, total
