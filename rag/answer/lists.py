"""Lists that stand in more than one sentence, and terms that a sentence spells out (“三个先”,即:…、…).

Knows nothing of scores or figures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answer.candidates import Candidate
from rag.answer.question import Question
from rag.mapping import Span
from rag.text.names import find_names

_ASKS_TERM = re.compile(
    r"[“「\"](?P<term>[^“”「」\"\n]{2,12})[”」\"](?:具体|分别|究竟|到底|各)*(?:是|指|包括|包含|有|为)(?:的是)?(?:什么|哪)"
)
_ITEM = r"[^,，。;；、:：\n“”「」\"]{2,20}"
_ITEMS = rf"{_ITEM}(?:[、,，]{_ITEM})*、{_ITEM}"
_QUOTE = r"[”」\"]?"
SHORT_SENTENCE = 14
"""Characters up to which a sentence is a subheading of its paragraph."""
_DEED = re.compile(r"(?P<deed>[一-龥]{2})了?$")
MAX_ITEMS = 6
LEAST_NOUN = 3
"""Characters from which an asked noun is particular enough to look for its other bearers."""
_NAMED = frozenset({"organisation", "person", "place"})


def spelt_out(question: Question, text: str) -> Span | None:
    """Where a sentence lists what the asked quoted term stands for: after it (即:…、…) or right before it."""
    asked = _ASKS_TERM.search(question.text)
    if asked is None:
        return None
    term = re.escape(asked["term"])
    after = re.search(
        rf"{term}{_QUOTE}[,，]?(?:[(（]|(?:即|分别是|分别为|具体是|包括|也就是|是指|是|:|：)+)({_ITEMS})", text
    )
    if after:
        return after.span(1)
    before = re.search(rf"({_ITEM}(?:、{_ITEM})+?)(?:等|的|这)?[“「\"]{term}{_QUOTE}", text)
    return before.span(1) if before else None


def subheadings(question: Question, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The short sentences of one article that each open with the asked deed (着力*清理*…), two or more; else none."""
    found = _DEED.search(question.text[: question.asked[0]]) if question.kind == "list" else None
    if found is None:
        return []
    opens = re.compile(rf"(?:[一二三四五六七八九]是|[一-龥]{{2}})?{found['deed']}[一-龥]{{2,}}[。;；]?$")
    groups: dict[int, list[Candidate]] = {}
    for one in candidates:
        if len(one.plain) <= SHORT_SENTENCE and opens.match(one.plain):
            groups.setdefault(id(one.setting), []).append(one)
    best = max(groups.values(), key=len, default=[])
    heads = {one.plain[:2] for one in best}
    return best[:MAX_ITEMS] if len(best) > 1 and len(heads) == 1 else []


def named_beside(noun: str, text: str) -> Span | None:
    """The asked noun with the name that stands right after it (承建单位*某某公司*), as one stretch."""
    at = text.find(noun) if len(noun) >= LEAST_NOUN else -1
    if at < 0:
        return None
    end = at + len(noun)
    name = next((one for one in find_names(text[end:]) if one.start == 0 and one.kind in _NAMED), None)
    return (at, end + name.end) if name else None
