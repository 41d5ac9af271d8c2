"""Puts statements one after the other into one text, and knows where each stands and what it cites.

Knows nothing of stories, groups or verdicts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from rag.mapping import Span
from rag.models import Citation, Claim, Statement

_ENDS_SENTENCE = re.compile(r"[。！？!?…；;][”’」』）)\"]*$")


def closing(text: str) -> str:
    """The full stop a statement needs behind it in running text; empty where it ends in one."""
    return "" if _ENDS_SENTENCE.search(text) else "。"


def length_of(statement: Statement) -> int:
    """Characters a statement takes in the text."""
    return len(statement.text) + len(closing(statement.text))


@dataclass(slots=True)
class Writer:
    """A text under construction. Citations are numbered from 1 in order of first use; equal ones share a number."""

    text: str = ""
    claims: list[Claim] = field(default_factory=list)
    _citations: dict[tuple[str, tuple[Span, ...]], Citation] = field(default_factory=dict)
    _said: dict[Statement, int] = field(default_factory=dict)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All citations, by number."""
        return tuple(self._citations.values())

    def write(self, words: str) -> None:
        """Words of our own between statements: headings, line breaks."""
        self.text += words

    def say(self, statement: Statement) -> int:
        """Add a statement, with a full stop where it has none; returns the index of its claim."""
        start = len(self.text)
        numbers = tuple(dict.fromkeys(self._number(citation) for citation in statement.citations))
        self.text += statement.text
        claim = Claim(statement.text, start, len(self.text), statement.verdict, statement.reason, numbers)
        self.text += closing(statement.text)
        self.claims.append(claim)
        self._said.setdefault(statement, len(self.claims) - 1)
        return len(self.claims) - 1

    def index_of(self, statement: Statement) -> int | None:
        """The claim that says this statement first; None where none does."""
        return self._said.get(statement)

    def _number(self, citation: Citation) -> int:
        key = (citation.document_id, citation.source_spans)
        known = self._citations.setdefault(key, replace(citation, marker=len(self._citations) + 1))
        return known.marker
