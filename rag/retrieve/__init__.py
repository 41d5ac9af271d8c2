"""Query → ranked evidence."""

from rag.retrieve.blend import blend, min_max
from rag.retrieve.choose import interleaved
from rag.retrieve.retriever import Retriever

__all__ = ["Retriever", "blend", "interleaved", "min_max"]
