"""Looks after a data folder as a whole: what is damaged, what can be mended, what must be gone from every file."""

from rag.upkeep.checkup import check_up
from rag.upkeep.erasure import Erased, erase, interrupted_erasure

__all__ = ["Erased", "check_up", "erase", "interrupted_erasure"]
