"""Citations that a provider's own interface gives (Anthropic, Cohere) read as drafted claims. Believes none of them.

Anthropic gives text blocks with the words each rests on (docs.anthropic.com, "Citations"); Cohere gives stretches of
the reply and the documents they rest on, but not the words (docs.cohere.com, "Citations"), so those claims leave
without pointers and are judged against all the evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rag.models import DraftClaim, Pointer
from rag.text.normalise import find_folded
from rag.text.sentences import split_sentences


@dataclass(frozen=True, slots=True)
class Cited:
    """A stretch of a model's reply, and the words its provider says it rests on (none where it does not say)."""

    text: str
    quotes: tuple[str, ...]


def cited_in(message: Any) -> tuple[Cited, ...]:
    """What a LiteLLM message says of its own citations; nothing for a message without them."""
    fields = getattr(message, "provider_specific_fields", None) or {}
    blocks = tuple(_anthropic(fields.get("citations") or ()))
    return blocks or tuple(_cohere(message.content or "", getattr(message, "annotations", None) or ()))


def _anthropic(blocks: Sequence[Sequence[dict[str, Any]]]) -> Iterator[Cited]:
    for block in blocks:
        quotes = tuple(one["cited_text"] for one in block if one.get("cited_text"))
        text = next((one.get("supported_text") for one in block), None)
        if text and text.strip() and quotes:
            yield Cited(text.strip(), quotes)


def _cohere(content: str, annotations: Sequence[dict[str, Any]]) -> Iterator[Cited]:
    """The sentences that hold an annotated stretch, each once."""
    ranges = [
        (one["url_citation"]["start_index"], one["url_citation"]["end_index"])
        for one in annotations
        if one.get("type") == "url_citation"
    ]
    for start, end in split_sentences(content) if ranges else ():
        if any(start < right and left < end for left, right in ranges):
            yield Cited(content[start:end], ())


def native_claims(cited: Sequence[Cited], texts: Sequence[str]) -> tuple[DraftClaim, ...]:
    """Cited stretches as drafted claims.

    Args:
        cited: of one reply, in order.
        texts: the passages the model was shown; a quote found in none of them gets no pointer.
    """
    return tuple(DraftClaim(one.text, tuple(_pointers(one.quotes, texts))) for one in cited)


def _pointers(quotes: Sequence[str], texts: Sequence[str]) -> Iterator[Pointer]:
    for quote in quotes:
        index = next((at for at, text in enumerate(texts) if find_folded(quote.strip(), text)), None)
        if index is not None:
            yield Pointer(index, quote)
