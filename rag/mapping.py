"""Text that remembers where each of its characters stood in the source.

Cleaning only ever *drops* characters, reorders whole stretches, or puts a line break between two stretches. So a clean
text is a list of runs copied verbatim from the source, plus line breaks that stand for no source character. That makes
promise 1 (a quote is the source) a property of the type rather than of the code that cleans. Knows nothing of pages.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Span = tuple[int, int]
"""Half-open ``[start, end)`` in code points."""

SEPARATOR = "\n"
"""The only character a clean text may hold without a source; put between stretches (headline | byline | paragraph)."""


@dataclass(frozen=True, slots=True)
class Run:
    """``length`` characters standing at ``clean_start`` in the clean text and at ``source_start`` in the source."""

    clean_start: int
    source_start: int
    length: int


def merge_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Join spans that touch, keeping their order (reading order, not position order). Empty spans vanish."""
    merged: list[Span] = []
    for start, end in spans:
        if start >= end:
            continue
        if merged and merged[-1][1] == start:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return tuple(merged)


@dataclass(frozen=True, slots=True)
class MappedText:
    """A clean text and its exact, total map back to the source.

    ``text`` without its unmapped separators equals the concatenation of ``source[s:e]`` over ``source_spans``.
    """

    text: str
    runs: tuple[Run, ...]

    @classmethod
    def from_pieces(cls, source: str, stretches: Iterable[Sequence[Span]], separator: str = SEPARATOR) -> MappedText:
        """Build from stretches of source spans; a separator (one line break, or nothing) stands between stretches.

        Args:
            source: the document as received.
            stretches: each a sequence of source spans that read on without a break; empty stretches are skipped.
            separator: what stands between two stretches, ``"\\n"`` or ``""``.
        """
        parts: list[str] = []
        runs: list[Run] = []
        clean = 0
        for stretch in stretches:
            spans = merge_spans(stretch)
            if spans and parts and separator:
                parts.append(separator)
                clean += len(separator)
            for start, end in spans:
                parts.append(source[start:end])
                runs.append(Run(clean, start, end - start))
                clean += end - start
        return cls("".join(parts), tuple(runs))

    @classmethod
    def whole(cls, source: str) -> MappedText:
        """The source itself, unchanged."""
        return cls(source, (Run(0, 0, len(source)),) if source else ())

    @property
    def source_spans(self) -> tuple[Span, ...]:
        """Source spans of the whole text in reading order, touching ones joined."""
        return merge_spans((run.source_start, run.source_start + run.length) for run in self.runs)

    def source_position(self, index: int) -> int | None:
        """Where clean character ``index`` stands in the source; None for a separator.

        Raises:
            IndexError: ``index`` is outside the text.
        """
        if not 0 <= index < len(self.text):
            raise IndexError(f"character {index} of a text of {len(self.text)}")
        at = bisect_right(self.runs, index, key=lambda run: run.clean_start) - 1
        if at < 0:
            return None
        run = self.runs[at]
        offset = index - run.clean_start
        return run.source_start + offset if offset < run.length else None

    def spans_of(self, start: int, end: int) -> tuple[Span, ...]:
        """Source spans of the clean slice ``[start, end)``, in reading order; separators have none."""
        spans: list[Span] = []
        at = max(bisect_right(self.runs, start, key=lambda run: run.clean_start) - 1, 0)
        for run in self.runs[at:]:
            if run.clean_start >= end:
                break
            low, high = max(start, run.clean_start), min(end, run.clean_start + run.length)
            if low < high:
                shift = run.source_start - run.clean_start
                spans.append((low + shift, high + shift))
        return merge_spans(spans)

    def quote(self, start: int, end: int, source: str) -> tuple[str, tuple[Span, ...]]:
        """The slice as a quote: its characters as they stand in ``source``, and their spans. Separators drop out."""
        spans = self.spans_of(start, end)
        return "".join(source[low:high] for low, high in spans), spans
