"""One article in, draft summary out: the extractive summarising room."""

from rag.summarise.extractive import ExtractiveSummariser

__all__ = ["ExtractiveSummariser"]
