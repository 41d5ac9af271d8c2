"""A long article for a model whose context does not hold it: in blocks, and what was quoted from its parts.

Only the article's own words are handed on from one reading to the next, so nothing a model made up for a part reaches
the whole. Knows nothing of prompts or calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag.mapping import Span, merge_spans
from rag.models import DraftClaim
from rag.text.normalise import find_folded
from rag.text.sentences import split_sentences

BLOCK_CHARS = 800
"""Longest block, unless one sentence is longer."""

PART_CHARS = 300
"""What is asked of one part, in characters: a few facts with their quotes."""

LEAST_SAVING = 0.1
"""Share of a text that quoting from its parts must save; a model that copies everything would be asked for ever."""


def blocks(text: str) -> list[str]:
    """An article in stretches of whole sentences."""
    found: list[Span] = []
    for start, end in split_sentences(text):
        if found and end - found[-1][0] <= BLOCK_CHARS:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return [text[start:end] for start, end in found]


def quoted(text: str, claims: Iterable[DraftClaim]) -> list[str]:
    """The stretches of an article that claims quote, each sentence once and whole, in the article's order, in blocks.

    A quote that stands nowhere in the article is left out.
    """
    spans = [span for claim in claims for pointer in claim.pointers if (span := _place(pointer.quote, text))]
    sentences = split_sentences(text)
    kept = [one for one in sentences if any(one[0] < end and start < one[1] for start, end in spans)]
    return blocks("\n".join(text[start:end] for start, end in merge_spans(kept)))


def saves(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether what was quoted is shorter than what it was quoted from, by enough to go on."""
    return sum(map(len, after)) <= (1 - LEAST_SAVING) * sum(map(len, before))


def _place(quote: str, text: str) -> Span | None:
    at = text.find(quote.strip()) if quote.strip() else -1
    return (at, at + len(quote.strip())) if at >= 0 else find_folded(quote, text)
