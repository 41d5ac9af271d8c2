"""Turns across pages: which continuation goes with which head of the same newspaper issue."""

from rag.turns.decide import join_turns

__all__ = ["join_turns"]
