"""Question and evidence in, draft out: the extractive answering room."""

from rag.answer.extractive import ExtractiveAnswerer
from rag.answer.parts import split_question

__all__ = ["ExtractiveAnswerer", "split_question"]
