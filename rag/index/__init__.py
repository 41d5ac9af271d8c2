"""Keeps vectors and terms in step with the ledger: taking in, replacing, removing, mending what was interrupted."""

from rag.index.agreement import Disagreement
from rag.index.cutter import Cutter, PassageCutter, Segment
from rag.index.index import Index, Prepare
from rag.index.prepare import Order, Prepared, Preparer
from rag.index.stores import BATCH_PASSAGES
from rag.index.watched import WatchedVectors

__all__ = [
    "BATCH_PASSAGES",
    "Cutter",
    "Disagreement",
    "Index",
    "Order",
    "PassageCutter",
    "Prepare",
    "Prepared",
    "Preparer",
    "Segment",
    "WatchedVectors",
]
