"""Query → ranked evidence."""

from rag.retrieve.answering import AnsweringReranker
from rag.retrieve.blend import blend, min_max
from rag.retrieve.choose import interleaved
from rag.retrieve.legs import Legs
from rag.retrieve.ranker import looked_at
from rag.retrieve.retriever import Retriever
from rag.retrieve.shelf import folded_texts
from rag.retrieve.weights import Features

__all__ = [
    "AnsweringReranker",
    "Features",
    "Legs",
    "Retriever",
    "blend",
    "folded_texts",
    "interleaved",
    "looked_at",
    "min_max",
]
