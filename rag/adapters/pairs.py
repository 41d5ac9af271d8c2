"""A question and a text as one input of the reader: token ids, and for each token how it meets the other side.

Knows the tokenizer's output and the order of the special tokens; nothing of weights or scores.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.adapters.bert_folder import tokenizer
from rag.mapping import Span
from rag.text.script import to_simplified

LEVELS = 4
"""Marks a side has: nothing shared, or one, two, or three and more characters in a row that both sides hold."""

MARKS = 1 + 2 * LEVELS
"""Marks of special tokens (0), of the text's tokens (1 to 4) and of the question's (5 to 8)."""

SPECIAL = 4
"""Special tokens of a pair: ``<s> question </s> </s> text </s>``."""

_FUNCTION = frozenset(
    "的了是在有和与及对于把将被由从向到为以其这那中上下内等个一都也还就曾已所之而并或哪何什么谁几多少,。、?:;!"
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Token ids of a text without special tokens, and the span of each in it (code points)."""

    ids: tuple[int, ...]
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """One input: ``ids`` and ``marks`` of equal length; text tokens ``first`` to ``last`` stand from ``opening`` on."""

    ids: tuple[int, ...]
    marks: tuple[int, ...]
    opening: int
    first: int
    last: int


class PairTokenizer:
    """The base model's tokenizer. ``ends``: ids of the opening and the closing special token."""

    def __init__(self, path: Path) -> None:
        self._inner = tokenizer(path)
        opening, closing = (self._inner.token_to_id(piece) for piece in ("<s>", "</s>"))
        if opening is None or closing is None:
            raise ValueError(f"{path} has no <s> and </s>")
        self.ends: tuple[int, int] = (opening, closing)

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Tokens of each text, special ones left out, not cut."""
        encodings = self._inner.encode_batch(list(texts), add_special_tokens=False)
        return [Tokens(tuple(one.ids), tuple(one.offsets)) for one in encodings]


def plain(text: str) -> str:
    """Text as the reader sees it: Simplified, lower case where that keeps the length; every position kept."""
    simplified = to_simplified(text)
    lowered = simplified.lower()
    return lowered if len(lowered) == len(simplified) else simplified


def levels(text: str, other: str) -> list[int]:
    """For each character of a plain text, how long a run around it (0 to 3) the other plain text holds too."""
    found = [0] * len(text)
    for size in (1, 2, 3):
        runs = {other[at : at + size] for at in range(len(other) - size + 1)}
        for at in range(len(text) - size + 1):
            run = text[at : at + size]
            if run in runs and not _FUNCTION.issuperset(run) and not run.isspace():
                found[at : at + size] = [size] * size
    return found


def _marks(tokens: Tokens, found: Sequence[int], base: int) -> list[int]:
    return [base + max(found[start:end], default=0) for start, end in tokens.spans]


def pair(question: str, asked: Tokens, text: str, told: Tokens, window: Span, ends: tuple[int, int]) -> Pair:
    """The input for one window of the text.

    Args:
        question, text: both plain.
        asked, told: their tokens.
        window: the tokens of the text that this input holds.
        ends: ids of the opening and the closing special token.
    """
    first, last = window
    shown = Tokens(told.ids[first:last], told.spans[first:last])
    low, high = (shown.spans[0][0], shown.spans[-1][1]) if shown.spans else (0, 0)
    words = text[low:high]
    found = [0] * low + levels(words, question)
    opening, closing = ends
    return Pair(
        (opening, *asked.ids, closing, closing, *shown.ids, closing),
        (0, *_marks(asked, levels(question, words), 1 + LEVELS), 0, 0, *_marks(shown, found, 1), 0),
        len(asked.ids) + SPECIAL - 1,
        first,
        last,
    )
