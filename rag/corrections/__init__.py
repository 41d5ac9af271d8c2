"""Corrections of a page's cut by a person: making them from words, and applying them to whatever a cutter made."""

from rag.corrections.applying import Corrected, corrected
from rag.corrections.making import made

__all__ = ["Corrected", "corrected", "made"]
