"""Puts passages into a prompt: numbered, fenced as data, and no more of them than fit. Knows nothing of providers."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rag.errors import ModelUnavailableError
from rag.models import Article

_MARGIN = 0.85
"""Share of the budget that is used: models count Chinese with other vocabularies than the one counted with here."""


@dataclass(frozen=True, slots=True)
class Fence:
    """What stands around the passages of one request. ``mark`` is drawn anew each time, so no page can hold it."""

    mark: str = field(default_factory=lambda: secrets.token_hex(8))

    def around(self, number: int | str, text: str) -> str:
        """A passage (or claims, by a name) between its marks; what looks like one inside is made to look otherwise."""
        harmless = text.replace("<<<", "‹‹‹").replace(">>>", "›››")
        return f"<<<{self.mark} {number}>>>\n{harmless}\n<<<{self.mark} 完>>>"


@dataclass(frozen=True, slots=True)
class Shown:
    """The passages that fit: their text for the prompt, and the numbers they are shown under."""

    text: str
    numbers: frozenset[int]


def describe(article: Article, text: str) -> str:
    """What a model is told of a passage: headline, date, place and paper where known, then the text itself."""
    facts = {
        "标题": article.title,
        "日期": article.published,
        "地点": article.place,
        "报纸": article.paper,
        "版面": article.page,
    }
    head = "".join(f"{name}：{' '.join(value.split())}\n" for name, value in facts.items() if value)
    return f"{head}正文：{text}"


def fit(
    texts: Sequence[str],
    fence: Fence,
    *,
    fixed_tokens: int,
    context_tokens: int,
    reply_tokens: int,
    count_tokens: Callable[[Sequence[str]], list[int]],
) -> Shown:
    """As many passages, best first, as the model's context holds beside the rest of the prompt and the reply.

    Args:
        texts: passages in rank order; the first is number 1.
        fence: marks of this request.
        fixed_tokens: tokens of the prompt without passages.
        context_tokens: tokens of prompt and reply the model can take.
        reply_tokens: tokens kept free for the reply.
        count_tokens: counts tokens of texts.

    Raises:
        ModelUnavailableError: not even the first passage fits.
    """
    budget = int((context_tokens - reply_tokens) * _MARGIN) - fixed_tokens
    blocks = [fence.around(number, text) for number, text in enumerate(texts, start=1)]
    used, kept = 0, 0
    for tokens in count_tokens(blocks):
        if used + tokens > budget:
            break
        used, kept = used + tokens, kept + 1
    if blocks and not kept:
        raise ModelUnavailableError(
            f"the best passage does not fit: {budget} tokens are left for passages of GAZETTE_MODEL__CONTEXT_TOKENS = "
            f"{context_tokens} and GAZETTE_MODEL__MAX_OUTPUT_TOKENS = {reply_tokens}; change these"
        )
    return Shown("\n\n".join(blocks[:kept]), frozenset(range(1, kept + 1)))
