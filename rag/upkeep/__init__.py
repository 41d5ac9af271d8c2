"""Looks after a data folder as a whole: what is damaged, what can be mended, what must be gone from every file."""

from rag.upkeep.backup import Outcome, back_up, restore
from rag.upkeep.checkup import check_up
from rag.upkeep.erasure import Erased, erase, interrupted_erasure

__all__ = ["Erased", "Outcome", "back_up", "check_up", "erase", "interrupted_erasure", "restore"]
