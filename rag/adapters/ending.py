"""How a model's reply ended, and why it cannot be used where it cannot. Knows no library and no reply's shape."""

from __future__ import annotations

from dataclasses import dataclass

from rag.adapters.native import Cited
from rag.models import Usage

CHARS_A_TOKEN = 32
"""More characters than any tokenizer puts into one token of prose: what is longer kept to no limit that was set."""

_UNFINISHED = {
    None: "the reply broke off before its end",
    "length": "the reply was longer than allowed (GAZETTE_MODEL__MAX_OUTPUT_TOKENS) and was cut",
    "content_filter": "the provider's content filter withheld the reply",
}


@dataclass(frozen=True, slots=True)
class Ending:
    """How a reply ended: what it cost, why it is not whole (None when it is), which model wrote it, and its citations.

    ``cited`` is only filled where the provider's own interface cites.
    """

    usage: Usage
    problem: str | None
    model: str = ""
    cited: tuple[Cited, ...] = ()


def is_overlong(characters: int, max_tokens: int) -> bool:
    """Whether a reply has more characters than so many tokens can hold."""
    return characters > max_tokens * CHARS_A_TOKEN


def problem_of(finish: str | None, refusal: str, characters: int, max_tokens: int) -> str | None:
    """Why a reply cannot be used; None where it can.

    Args:
        finish: what the provider says of its end.
        refusal: its words where it refused (never told further); empty where it did not.
        characters: its length.
        max_tokens: the length asked for at most.
    """
    if refusal:
        return "the model refused to reply"  # in words that may be a page's, and go back to it
    if is_overlong(characters, max_tokens):
        return f"the reply was longer than {max_tokens} tokens (GAZETTE_MODEL__MAX_OUTPUT_TOKENS) can hold"
    return _UNFINISHED.get(finish)
