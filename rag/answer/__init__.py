"""Question and evidence in, draft out: the extractive answering room."""

from rag.answer.extractive import ExtractiveAnswerer

__all__ = ["ExtractiveAnswerer"]
