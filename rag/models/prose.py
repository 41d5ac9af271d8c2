"""Prose for export: headings, paragraphs, lists and footnotes, before it is Markdown or a word processor's file.

Knows nothing of either. Texts are plain and unescaped; whoever writes a format escapes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["heading", "paragraph", "bullet", "remark"]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one look. ``note`` is a footnote's number (from 1) set after the text."""

    text: str
    strong: bool = False
    note: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph. ``level`` counts for headings, 1 to 3; a remark is small print."""

    kind: BlockKind
    runs: tuple[Run, ...]
    level: int = 1

    @classmethod
    def of(cls, kind: BlockKind, text: str, level: int = 1) -> Block:
        """A paragraph of one run."""
        return cls(kind, (Run(text),), level)


@dataclass(frozen=True, slots=True)
class Prose:
    """A document to be written: title, paragraphs, and its footnotes; ``notes[i]`` is footnote ``i + 1``."""

    title: str
    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = ()
