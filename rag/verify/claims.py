"""A text cut into statements that can be checked one by one. Spans only. Knows nothing of evidence."""

from __future__ import annotations

import re

from rag.mapping import Span
from rag.text.sentences import split_sentences

_LEAD = re.compile(r"(?:[#>*\-•●■◆·]+\s*|[0-9]{1,2}[.、)）](?![0-9])\s*|\[[0-9]{1,3}\]\s*)+")
_TAIL = re.compile(r"(?:\s*[\[【][0-9]{1,3}(?:[,，、\-][0-9]{1,3})*[\]】])+[。！？!?；;.]*$")
_END = re.compile(r"[\s。；;.]+$")
_WORD = re.compile(r"[^\W_]")


def split_claims(text: str) -> list[Span]:
    """Spans of the statements of a text: its sentences without list signs, citation markers like ``[1]`` and full stop.

    Stretches without a word or digit are no statements.
    """
    found: list[Span] = []
    for start, end in split_sentences(text):
        lead = _LEAD.match(text, start, end)
        start = lead.end() if lead else start
        end = _before_tail(text, start, end)
        if start < end and _WORD.search(text, start, end):
            found.append((start, end))
    return found


def _before_tail(text: str, start: int, end: int) -> int:
    """End of the statement before its markers and full stop, in whatever order they stand."""
    while True:
        piece = text[start:end]
        shorter = _END.sub("", _TAIL.sub("", piece))
        if shorter == piece:
            return end
        end = start + len(shorter)
