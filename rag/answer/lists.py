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
_QUOTED_ITEM = r"[“「\"][^“”「」\"\n]{1,20}[”」\"]"
_FEW = rf"(?P<items>(?:{_QUOTED_ITEM}[、和]?){{3,}}|{_ITEM}(?:、{_ITEM}){{2,}})"
_NUMBERS = {"三": 3, "四": 4, "五": 5, "六": 6, "3": 3, "4": 4, "5": 5, "6": 6}
_COUNTED_TERM = re.compile(r"[“「\"](?P<term>(?P<count>[三四五六3-6])[^“”「」\"\n]{1,6})[”」\"]")
_SPREAD = re.compile(
    r"哪(?:些|几|[两三四])(?:[次场起届批回]|个?(?:地方|省份?|城市|[市县区]|乡镇|[镇乡村]|街道|社区|单位|学校|医院)(?![的里]))"
)
SHORT_SENTENCE = 14
"""Characters up to which a sentence is a subheading of its paragraph."""
_DEED = re.compile(r"(?P<deed>[一-龥]{2})了?$")
MAX_ITEMS = 6
LEAST_NOUN = 3
"""Characters from which an asked noun is particular enough to look for its other bearers."""
_NAMED = frozenset({"organisation", "person", "place"})


def term_spelt_out(question: Question, text: str) -> Span | None:
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


def spelt_out(question: Question, text: str) -> Span | None:
    """Where a sentence lists what is asked: a quoted term's items, or several of the asked noun."""
    return term_spelt_out(question, text) or enumerated(question, text)


def enumerated(question: Question, text: str) -> Span | None:
    """Where a sentence lists three or more of the noun that a list question asks for (甲、乙、丙等*功能*)."""
    head = question.noun[-2:]
    if question.kind != "list" or len(head) < 2:
        return None
    found = re.search(rf"{_FEW}等?[^,，。;；、“”]{{0,6}}?{re.escape(head)}", text)
    return (found.start("items"), found.start("items") + len(found["items"].rstrip("等"))) if found else None


def is_spread(question: Question) -> bool:
    """Whether a list is asked whose items are told in articles of their own: events (哪几次) or places (哪些乡镇)."""
    return question.kind == "list" and _SPREAD.match(question.text, question.asked[0]) is not None


def members(question: Question, candidates: Sequence[Candidate]) -> list[Candidate]:
    """As many sentences of one article as a quoted term counts (“四个先”), alike in how they open; else none.

    They follow the sentence with the term: “先改水”…, “先埋线”… or 实行…制, 实行…制.
    """
    term = _COUNTED_TERM.search(question.text)
    count = _NUMBERS.get(term["count"], 0) if term else 0
    if term is None or not count:
        return []
    named = next((at for at, one in enumerate(candidates) if term["term"] in one.plain), None)
    if named is None or any(term_spelt_out(question, one.plain) for one in candidates):
        return []
    groups: dict[str, list[Candidate]] = {}
    for one in candidates[named + 1 :]:
        if one.setting is candidates[named].setting:
            groups.setdefault(one.plain.lstrip('“"「‘')[:2], []).append(one)
    whole = [group for group in groups.values() if len(group) == count]
    return whole[0] if whole else []


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
