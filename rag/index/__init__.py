"""Keeps vectors and terms in step with the ledger: taking in, replacing, removing, mending what was interrupted."""

from rag.index.agreement import Disagreement
from rag.index.cutter import PassageCutter, Segment
from rag.index.index import Index
from rag.index.stores import BATCH_PASSAGES

__all__ = ["BATCH_PASSAGES", "Disagreement", "Index", "PassageCutter", "Segment"]
