"""Which clauses and brackets of a sentence may be left out so that what stays says the same. Simplified text in.

A clause goes only where nothing that stays leans on it: no subject, no condition, no time or place, no plan that what
follows is part of. Knows nothing of articles, worth or lengths.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.mapping import Span
from rag.summarise.grammar import (
    SET_PHRASE_CHARS,
    has_subject,
    leads_on,
    opens_with_deed,
    sets_time,
    tied,
    waits,
    wishes,
)

_GOVERNS = re.compile(
    r"^(?:其中|其余|另外|此外|特别是|尤其是?|例如|比如|如果?|若|假如|一旦|除了?|只有|只要|虽然?|尽管|即使|即便|无论|不论|不管|不仅|不但|不只|不是|并非|既|要么|或者?|据|因为?|由于|由|为了?避免|经|自|当)"
    r"|(?:预计|计划|拟|力争|争取|希望|有望|目标[是为]|可能|或将|原定|原本|本来|声称|涉嫌|疑似|传闻|据说|谣言|取消|推迟|暂停|未能|没有|拒绝|否认|禁止|不得|严禁|防止|避免)"
    r"|虽|(?:说|称|表示|指出|强调|认为|要求|介绍|透露|坦言|宣布)[,，:：]?$"
)
"""What stands over the clauses after it: a condition, a contrast, a plan, a denial, a speaker."""

_MOVES = re.compile(r"^(?:随后|之后|接着|其间|期间)?(?:在(?!.*[下中]$)|到|来到|前往|赴|走进|赶到|抵达|从)")
_TIME = re.compile(
    r"近期|近年|目前|当前|截至|如今|现在|[0-9一二三四五六七八九十]+(?:年|月|日|时|点|天|周|岁)|今|昨|明年|前年|去年|当年|当天|近日|日前|上午|下午|晚|凌晨|其间|期间|以来|之后|以后|后$"
)
_LEANS = re.compile(
    r"^(?:分别|均|都|皆|全部|全都|随后|此后|后来|之后|接着|占|比|较|同比|环比|共(?!同|青|产|建|享)|合计|总(?!书记|经理|理|统|部|局|体|结|会|台|队|工会)|成为|作为|以(?!来)|用于|主要|包括|涉及|旨在|目的|最终|最后|依次|相继)"
    r"|[其该此这它他她]|上述|前者|后者|双方|两者|二者|以上|如此|同样|另外?一|依然|仍"
)
"""What takes its sense from the clause right before it."""

_STOPS = "。！？!?"

_BRACKET = re.compile(
    r"[（(](?:[前后]?排?[左右中][起边侧]?[一二三四五]?|[^（()），,。]{0,12}(?:记者|記者|通讯员|通訊員|供图|供圖|摄|攝)[^（()）。]{0,24}"
    r"|(?:以下)?[简簡]称[^（()）。]{1,16}|下[称稱][^（()）。]{1,16}|[见見]?(?:上|下|左|右)?[图圖][^（()）。]{0,6}|[资資]料[图圖][^（()）。]{0,6})[)）]"
)
"""Brackets that speak of the picture, the reporters or a short name; any other may hold what the sentence means."""

MAX_OMITTED = 4
"""Clauses left out of one sentence at most; what has lost more is another sentence."""


@dataclass(frozen=True, slots=True)
class _Clause:
    """What decides whether a clause may go, and whether the one before it may."""

    names_subject: bool
    may_name: bool
    binds: bool
    waits: bool
    leads_on: bool
    sets_scene: bool
    sets_time: bool
    leans: bool


@lru_cache(maxsize=512)
def _read(plain: str) -> _Clause:
    bare = plain.rstrip("，,；;。 ")
    moves = bool(_GOVERNS.search(bare) or _MOVES.match(bare) or _TIME.search(bare) or wishes(plain))
    ends = plain.rstrip()[-1:] in _STOPS or '"' in plain
    leans = tied(plain) or _LEANS.search(bare) is not None
    sets_scene = leads_on(plain) and opens_with_deed(plain)
    may_name = len(bare) > SET_PHRASE_CHARS and not opens_with_deed(plain) and not sets_scene
    awaits = waits(plain) or "虽" in plain or bare in ("其中", "其余")
    return _Clause(
        has_subject(plain), may_name, moves or ends, awaits, leads_on(plain), sets_scene, sets_time(plain), leans
    )


def shortened(plain: Sequence[str], first: int, last: int, density: Sequence[float]) -> Iterator[tuple[int, ...]]:
    """Clauses ``first`` to ``last`` with ever more of them left out, the least worth a character first.

    Args:
        plain: all clauses of the sentence, simplified.
        first: the first that stays.
        last: the last that stays.
        density: worth a character of each clause.
    """
    kept = list(range(first, last + 1))
    quoted = [_quoted(plain[:at]) for at in range(last + 1)]
    mean = sum(density[first : last + 1]) / len(kept)
    for _ in range(MAX_OMITTED):
        weak = sorted((at for at in kept[1:-1] if density[at] < mean), key=lambda at: density[at])
        gone = next((at for at in weak if not quoted[at] and _may_go(plain, kept, at)), None)
        if gone is None:
            return
        kept.remove(gone)
        yield tuple(kept)


def _quoted(before: Sequence[str]) -> bool:
    """Whether a straight quotation mark is open after these clauses; words of a speaker are never left out."""
    return sum(clause.count('"') for clause in before) % 2 == 1


def _may_go(plain: Sequence[str], kept: Sequence[int], at: int) -> bool:
    here = kept.index(at)
    before, clause, after = _read(plain[kept[here - 1]]), _read(plain[at]), _read(plain[kept[here + 1]])
    if clause.binds or clause.waits or after.leans or before.waits or (before.leads_on and not before.sets_time):
        return False
    if before.sets_time and not clause.sets_scene:
        return False
    named_before = any(_read(plain[at]).names_subject for at in kept[:here])
    return not clause.may_name or (after.names_subject and named_before)


def without_brackets(text: str, span: Span) -> list[Span]:
    """The span in pieces without the asides in it that speak of the picture or the reporters (右一)."""
    pieces: list[Span] = []
    start = span[0]
    for found in _BRACKET.finditer(text, *span):
        if found.start() > start:
            pieces.append((start, found.start()))
        start = found.end()
    return [*pieces, (start, span[1])] if start < span[1] else pieces
