"""A generator that asks its model once for the same thing: drafts are kept on disk beside the runs.

Asking a suite again after a change that the model does not see costs nothing. Knows nothing of models.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

from rag.models import Article, Draft, DraftClaim, Evidence, Pointer, Query, Usage
from rag.protocols import Generator, SummaryRequest


class CachedGenerator:
    """Wraps a generator.

    Args:
        generator: asked where nothing is kept.
        folder: one file a draft.
        salt: everything beside question and evidence that shapes a draft: model settings, code and prompts.
    """

    def __init__(self, generator: Generator, folder: Path, salt: str) -> None:
        self._generator = generator
        self._folder = folder
        self._salt = salt

    @property
    def model(self) -> str:
        """The wrapped one's."""
        return self._generator.model

    async def answer(self, query: Query, evidence: Sequence[Evidence]) -> Draft:
        """The kept draft for the same question and evidence, or a new one; a kept one cost nothing."""
        shown = [[one.document, one.passage.text, *_fields(one.article)] for one in evidence]
        key = ["answer", query.text, query.standalone, shown]
        return await self._once(key, lambda: self._generator.answer(query, evidence))

    async def summarise(self, request: SummaryRequest) -> Draft:
        """The same for a summary."""
        article = request.article
        key = ["summarise", article.text, *_fields(article), request.document, request.max_chars, request.style]
        return await self._once(key, lambda: self._generator.summarise(request))

    async def _once(self, key: list[Any], ask: Callable[[], Awaitable[Draft]]) -> Draft:
        named = json.dumps([self._salt, *key], ensure_ascii=False)
        path = self._folder / f"{sha256(named.encode('utf-8', 'surrogatepass')).hexdigest()}.json"
        if path.is_file():
            return _draft(json.loads(path.read_text("utf-8")))
        draft = await ask()
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{id(draft)}")
        unfinished.write_text(json.dumps(asdict(draft), ensure_ascii=False), encoding="utf-8")
        unfinished.replace(path)
        return draft


def _fields(article: Article) -> list[str | None]:
    return [article.title, article.kicker, article.subtitle, article.place, article.published, article.paper]


def _draft(kept: dict[str, Any]) -> Draft:
    claims = tuple(
        DraftClaim(one["text"], tuple(Pointer(**pointer) for pointer in one["pointers"]), one["answer"])
        for one in kept["claims"]
    )
    return Draft(claims, kept["model"], kept["abstention"], Usage())
