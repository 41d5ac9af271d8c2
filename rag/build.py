"""Chooses implementations from the settings and wires them into a Pipeline. The only place that names adapters."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer import ExtractiveAnswerer
from rag.models import Draft, Evidence, Query
from rag.protocols import SummaryRequest
from rag.summarise import ExtractiveSummariser

EXTRACTIVE = "extractive"


class ExtractiveGenerator:
    """The default model: picks and quotes sentences, never writes a fact of its own."""

    model = EXTRACTIVE

    def __init__(self, answerer: ExtractiveAnswerer, summariser: ExtractiveSummariser) -> None:
        self._answerer = answerer
        self._summariser = summariser

    async def answer(self, query: Query, evidence: Sequence[Evidence]) -> Draft:
        """Sentences that answer, quoted; or a draft that declines."""
        return self._answerer.answer(query, evidence)

    async def summarise(self, request: SummaryRequest) -> Draft:
        """The sentences that carry the article's facts, within the length asked for."""
        return self._summariser.summarise(request)
