"""Where the words of a correction stand in a document: at their old place, or wherever they stand now.

Only what stands there once, folded (script, width, white space, commas and quotation marks apart), counts as found.
Knows nothing of pieces.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import islice

from rag.mapping import Span
from rag.models import Anchor, Document
from rag.text.normalise import Folded, fold, fold_mapped

WINDOW = 12
"""Folded characters looked for at a time, where much text is looked for: long enough to stand once on a page, short
enough to miss an error of recognition that was mended."""

_SHORTER = (16, 12, 8)
"""Folded characters beside a cut that are looked for where the whole of its words is not found."""

STRIDE = 2
"""Folded characters from one such window to the next: one error of recognition hides no more than it must."""

SHARE = 0.5
"""Of a piece's characters that must be found again for the piece to count as found."""


class Ground:
    """A document's text as anchors are looked for in it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = document.text

    @cached_property
    def folded(self) -> Folded:
        """Folded text, made when first needed."""
        return fold_mapped(self.text)

    def stands(self, anchor: Anchor) -> bool:
        """Whether the words stand where they stood."""
        return all(
            self.text[start:end] == words for (start, end), words in zip(anchor.spans, anchor.words, strict=True)
        )

    def places(self, words: str, limit: int = 20) -> list[Span]:
        """Every place where the words stand, at most ``limit``."""
        return list(islice(self.folded.occurrences(fold(words)), limit))

    def extent(self, anchor: Anchor) -> tuple[Span, ...] | None:
        """Where a piece stands now, as far as its words are found; None when too few are."""
        if self.stands(anchor):
            return anchor.spans
        wanted = [fold(words) for words in anchor.words]
        found: set[Span] = set()
        count = 0
        for words in wanted:
            known: set[int] = set()
            for at in range(0, max(1, len(words) - WINDOW + 1), STRIDE):
                window = words[at : at + WINDOW]
                places = list(islice(self.folded.occurrences(window), 2))
                if len(places) == 1:
                    found.add(places[0])
                    known.update(range(at, at + len(window)))
            count += len(known)
        enough = count >= SHARE * sum(map(len, wanted)) and count > 0
        return _united(sorted(found)) if enough else None

    def first(self, anchor: Anchor) -> int | str:
        """Where words begin now that an article begins with, or the reason why that cannot be said."""
        if self.stands(anchor):
            return anchor.spans[0][0]
        words = fold("".join(anchor.words))
        for size in sorted({len(words), *(size for size in _SHORTER if size < len(words))}, reverse=True):
            places = list(islice(self.folded.occurrences(words[:size]), 2))
            if len(places) == 1:
                return places[0][0]
        return self._missing(anchor.words[0])

    def last(self, anchor: Anchor) -> int | str:
        """A character of words that an article ends with, as near to their end as they still stand on the page."""
        if self.stands(anchor):
            return anchor.spans[-1][1] - 1
        words = fold("".join(anchor.words))
        size = min(_SHORTER[-1], len(words))
        for end in range(len(words), size - 1, -1):
            places = list(islice(self.folded.occurrences(words[end - size : end]), 2))
            if len(places) == 1:
                return places[0][1] - 1
        return self._missing(anchor.words[-1])

    def _missing(self, words: str) -> str:
        times = len(self.places(words))
        how = f"{times} times" if times else "not at all"
        return f"the words {shown(words)} stand {how} in the document as it is now"

    def point(self, anchor: Anchor, *, within: set[int] | None = None) -> tuple[Span, ...] | str:
        """Where exact words stand now, or the reason why that cannot be said.

        Args:
            anchor: the words.
            within: positions that decide where the words stand more than once.
        """
        if self.stands(anchor):
            return anchor.spans
        found: list[Span] = []
        for words in anchor.words:
            places = self.places(words)
            if len(places) > 1 and within is not None:
                places = [place for place in places if place[0] in within] or places
            if len(places) != 1:
                return self._missing(words)
            found += places
        return tuple(found)


def _united(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Sorted spans, those that overlap or touch as one."""
    kept: list[Span] = []
    for start, end in spans:
        if kept and start <= kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return tuple(kept)


def shown(words: str) -> str:
    """Words as a message shows them."""
    flat = " ".join(words.split())
    return f"“{flat}”" if len(flat) <= 40 else f"“{flat[:18]}…{flat[-18:]}”"
