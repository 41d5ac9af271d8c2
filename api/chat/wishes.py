"""What a chat program wishes for, and the reply to it, whole or in pieces. Knows nothing of anybody's JSON shapes."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from api.chat import writing
from api.chat.bodies import DIGEST, QA
from api.chat.writing import Reply
from api.errors import Problem
from rag.asking import Answered, Found
from rag.models import Digest, DigestRequest, Filters, Summary, Turn
from rag.pipeline import Pipeline
from rag.verify import Said

_ARTICLE_ID = re.compile(r"art_\w+")


@dataclass(frozen=True, slots=True)
class Wish:
    """Which model is asked, what, what was said before, and whether the answer may be kept."""

    model: str
    question: str
    history: tuple[Turn, ...]
    keep: bool = True


@dataclass(frozen=True, slots=True)
class Begun:
    """The reply is on its way. ``answer_id``: what it will be kept as; None for what is not kept."""

    answer_id: str | None


async def replied(pipeline: Pipeline, wish: Wish) -> Reply:
    """The whole reply."""
    if wish.model == QA:
        return Reply.of(await pipeline.ask(wish.question, history=wish.history, keep=wish.keep))
    return Reply.of(await _written(pipeline, wish))


async def pieces(pipeline: Pipeline, wish: Wish, base: str) -> AsyncGenerator[Begun | str | Reply, None]:
    """A reply as it comes: that it has begun, its text, every claim verified before it leaves, and at last the whole.

    The texts, joined, are the whole reply's. Summaries and digests are made in one go and come as one text. Closing
    this cancels the work.
    """
    if wish.model != QA:
        yield Begun(None)
        reply = Reply.of(await _written(pipeline, wish))
        yield writing.written(reply, base).text
        yield reply
        return
    async with aclosing(pipeline.stream(wish.question, history=wish.history, keep=wish.keep)) as happening:
        async for event in happening:
            if isinstance(event, Found):
                yield Begun(event.answer_id)
            elif isinstance(event, Said):
                yield writing.said(event.claim, event.delta)
            elif isinstance(event, Answered):
                reply = Reply.of(event.answer)
                yield writing.ending(reply, base)
                yield reply


async def _written(pipeline: Pipeline, wish: Wish) -> Summary | Digest:
    """A digest on the topic of the last message; or a summary, of the article whose id it is, else of the best fit."""
    if wish.model == DIGEST:
        return (await pipeline.digest(DigestRequest(topic=wish.question))).digest
    if _ARTICLE_ID.fullmatch(wish.question):
        return await pipeline.summarise(wish.question)
    found = await pipeline.search(wish.question, k=1, filters=Filters(kind="article"))
    if not found.evidence:
        raise Problem(404, "not-found", "Not in this collection", f"no article fits {wish.question[:80]!r}")
    return await pipeline.summarise(found.evidence[0].article.article_id)
