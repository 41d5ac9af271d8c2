"""The paragraph a digest opens with, where a model writes it: drafted from the first reports, checked like an answer.

Where the model cannot or may not write one, there is none, and the digest opens with its best statements. Knows nothing
of how reports are chosen or of the rest of a digest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

from rag.digest import LEAST_STORIES, Item, leading
from rag.errors import ModelOutputError
from rag.models import Evidence, Passage, Statement, Usage
from rag.protocols import Generator, OpeningGenerator, Verifier
from rag.sides import stated
from rag.text.sentences import split_sentences
from rag.verify import check_draft

SHOWN = 12
"""Reports a model is shown: more than it may tell of, so that it can choose."""

SHOWN_CHARS = 500
"""Characters of each, to the end of a sentence: a report says in its beginning what happened."""

MAX_CHARS, SHARE = 300, 0.4
"""Longest opening, and its share of a digest whose length is limited."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What the opening says, what was drafted and dropped, and what that cost. No statements: the digest's best."""

    statements: tuple[Statement, ...] = ()
    dropped: tuple[str, ...] = ()
    usage: Usage = field(default_factory=Usage)


class Openings:
    """Has openings written by one generator; ``pool`` does the CPU work."""

    def __init__(self, generator: Generator, verifier: Verifier, pool: Executor) -> None:
        self._generator = generator
        self._verifier = verifier
        self._pool = pool

    @property
    def model(self) -> str:
        """The generator's name."""
        return self._generator.model

    async def write(self, items: Sequence[Item], evidence: Mapping[str, Evidence], max_chars: int | None) -> Opening:
        """The checked opening of a digest.

        Args:
            items: its stories.
            evidence: their articles, whole, by id.
            max_chars: longest digest in characters; None for no limit.

        Raises:
            ModelUnavailableError: the model cannot be reached.
        """
        if not isinstance(self._generator, OpeningGenerator) or len(items) < LEAST_STORIES:
            return Opening()
        room = MAX_CHARS if max_chars is None else min(MAX_CHARS, int(max_chars * SHARE))
        shown = [_beginning(evidence[item.article.article_id]) for item in leading(items, SHOWN)]
        try:
            draft = await self._generator.opening(shown, room)
        except ModelOutputError as error:
            return Opening(dropped=(f"导语（{error}）",))
        checked = await asyncio.get_running_loop().run_in_executor(
            self._pool, lambda: check_draft(draft, shown, self._verifier, markers=False)
        )
        return Opening(tuple(stated(checked)), checked.dropped, draft.usage)


def _beginning(evidence: Evidence) -> Evidence:
    """An article's first sentences as evidence."""
    text = evidence.article.text
    ends = [end for _, end in split_sentences(text) if end <= SHOWN_CHARS]
    return replace(evidence, passage=Passage.of(evidence.article, 0, ends[-1] if ends else min(len(text), SHOWN_CHARS)))
