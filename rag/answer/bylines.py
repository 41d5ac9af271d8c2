"""Who wrote an article or took its picture: the stretch of a passage that prints the name.

Knows nothing of scores or other kinds of question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.answer.question import Question
from rag.mapping import Span
from rag.models import Byline, Evidence
from rag.text.normalise import find_folded
from rag.text.script import to_simplified

_ROLES = ("通讯员", "记者", "摄影", "编辑", "责编")
_PHOTO = re.compile(r"摄|照片|图片|拍")
_STARTS = "。！？；\n"
_REACH = 24
"""Characters either side of a name within which its byline stands."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Where a passage prints the asked names: ``span`` the byline, ``names`` the first to the last name in it."""

    span: Span
    names: Span


def signature(question: Question, evidence: Evidence) -> Signature | None:
    """The byline of the evidence's article that answers, if the passage prints it."""
    spans = [
        span
        for byline in asked_bylines(question, evidence.article.bylines)
        if (span := find_folded(byline.name, evidence.passage.text)) is not None
    ]
    if not spans:
        return None
    first, last = min(spans)[0], max(spans, key=lambda span: span[1])[1]
    if last - first > 3 * _REACH:
        last = min(spans)[1]
    if _PHOTO.search(question.text):
        last = _whole_credit(evidence, last)
    return Signature(_widen(evidence.passage.text, first, last), (first, last))


_BETWEEN = r"[ \u3000、\n]*(?:(?:本报|特约|见习|实习|首席)?(?:记者|記者|通讯员|通訊員|实习生|實習生))?[ \u3000:：]*"
"""What parts two names of one credit line."""


def _whole_credit(evidence: Evidence, end: int) -> int:
    """The end of the credit that a name ending at ``end`` stands in: the writers named right after it belong to it."""
    text = evidence.passage.text
    names = "|".join(re.escape(byline.name) for byline in evidence.article.bylines if byline.name)
    while names and (following := re.compile(_BETWEEN + f"(?:{names})").match(text, end)):
        end = following.end()
    return end


def asked_bylines(question: Question, bylines: tuple[Byline, ...]) -> list[Byline]:
    """The bylines in the asked role; all of them where none or only 作者 is asked."""
    asked = question.text
    if _PHOTO.search(asked):
        photographers = [byline for byline in bylines if byline.role and _PHOTO.search(to_simplified(byline.role))]
        return photographers or list(bylines)
    role = next((role for role in _ROLES if role in asked), None)
    fitting = [byline for byline in bylines if role and byline.role and role in to_simplified(byline.role)]
    return fitting or list(bylines)


def _widen(text: str, first: int, last: int) -> Span:
    """The names with the words that make them a byline: back to a line start or bracket, on to its end."""
    start = first
    while start > 0 and first - start < _REACH and text[start - 1] not in _STARTS:
        start -= 1
    end = last
    while end < len(text) and end - last < _REACH and text[end] not in "。！？；\n，":
        end += 1
        if text[end - 1] in ")）摄攝":
            break
    while start < first and not text[start].isalnum() and text[start] not in "(（《“":
        start += 1
    while text[end - 1].isspace():
        end -= 1
    return start, end
