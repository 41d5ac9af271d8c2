"""A follow-up question rewritten to stand alone: pronouns, ellipsis (那…呢?), the subject, place and time left out.

Rules over text; the rewriting keeps the question's own words and adds only words of the conversation. A question that
names its own subject is a change of topic and stays as it is. Knows nothing of evidence or retrieval.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.models import Turn
from rag.text.dates import find_dates
from rag.text.names import NameMention, find_names
from rag.text.people import COMPOUND_SURNAMES, SURNAMES
from rag.text.places import find_places
from rag.text.script import to_simplified

MAX_TURNS = 8
"""Turns looked back at; older ones no longer say what a follow-up means."""

SHORT_QUESTION = 16
"""Characters up to which a question that names nothing is taken to lean on the one before it."""

_ELLIPSIS = re.compile(r"^(?:那么|那|还有|另外|至于|而)?[,，]?(?P<what>.{1,30}?)(?:又|方面)?呢[?？]*$")
_LEAD = re.compile(r"^(?:那么|那(?![个些位里边年时天种家])|还有|另外|然后|请问|再问一下)[,，]?")
_PERSON = re.compile(
    r"(?:[这那该此]位|该名|这名)(?:记者|干部|书记|主任|局长|老师|教授|专家|同志|先生|女士|院长|校长|人)?|(?<!其)他们?(?!人)|她们?"
)
_THERE = re.compile(r"[这那](?:里|儿|边)(?!程)|当地|此地|[该本](?P<level>省|市|县|区|乡|镇|村|街道|社区|开发区)")
_THING = re.compile(
    r"(?:[这那该此]|上述)(?:个|些|家|项|次|场|件|部|所|支|条|座|种|篇)?(?=[一-龥])|它们?|其(?=[一-龥])(?!中|他|余|实)"
)
_QUOTED = re.compile(r"“[^“”\n]+”|「[^「」\n]+」|《[^《》\n]+》|\"[^\"\n]+\"")
_CODE = re.compile(r"[A-Za-zＡ-Ｚ0-9甲乙丙丁](?=[岗类级组区班队号栋座线期型])[一-龥]")
_PREDICATE = re.compile(
    r"有(?!关|效|限)|是(?!否)|叫|从|由(?!于)|被|为什么|一共|总共|共(?=有|计)|累计|现有|达到?|属于|位于|担任|分别|[一-龥]{2}了|[一-龥](?![有是为达])[一-龥]?(?=多少|几)|在(?=哪|什么)"
    r"|的[^的]{1,8}(?:是|叫|有|为)?(?=谁|什么|多少|几|哪|多)|(?:做|干|用|去)(?=什么|哪)|哪|什么|谁|多少|几|怎|如何|为何"
)
_BARE_COUNT = re.compile(r"(?P<count>(?:多少|几)[个家名位项件条次户套辆台所处场])[?？]*$")
_COUNTED = re.compile(r"(?:多少|几)[个家名位项件条次户套辆台所处场]?(?P<noun>[^,，?？的了]{2,12})")
_ASKING = re.compile(r"(?:多少|几|幾|哪)[个個家名位项項件条條次户戶]?|什么|什麼|谁|誰")
_EDGE = re.compile(r"的|有|是|在|和|与|、|(?:多少|几)[个家名位项件条次户]?|[省市县区乡镇村]|[,，“”\"「」]")


@dataclass(frozen=True, slots=True)
class _Before:
    """The exchange before a question: the user's question made to stand alone, and what was answered."""

    question: str
    answer: str


def stand_alone(question: str, history: Sequence[Turn]) -> str:
    """Rewrite a question so that it needs no history.

    Args:
        question: as the user asked it.
        history: earlier turns, oldest first; only the last ``MAX_TURNS`` are looked at.

    Returns:
        The question itself where it stands alone already, else the rewritten one.
    """
    earlier: list[_Before] = []
    for asked, answered in _exchanges(history[-MAX_TURNS:]):
        earlier.append(_Before(_rewrite(asked, earlier), answered))
    return _rewrite(question, earlier)


def _exchanges(history: Sequence[Turn]) -> Iterator[tuple[str, str]]:
    asked: str | None = None
    for turn in history:
        if turn.role == "user":
            if asked is not None:
                yield asked, ""
            asked = turn.content
        elif asked is not None:
            yield asked, turn.content
            asked = None
    if asked is not None:
        yield asked, ""


def _rewrite(question: str, earlier: Sequence[_Before]) -> str:
    if not earlier or not question.strip():
        return question
    plain = to_simplified(question)
    if found := _ELLIPSIS.match(plain):
        return _asked_of(question[slice(*found.span("what"))], earlier)
    for refer in (_with_person, _with_place, _with_thing):
        rewritten = refer(question, plain, earlier)
        if rewritten != question:
            return rewritten
    if _names_subject(plain) or len(plain) > SHORT_QUESTION:
        return question
    return _carried(question, plain, earlier[-1])


def _with_person(question: str, plain: str, earlier: Sequence[_Before]) -> str:
    """他 or 这位记者 → the person last spoken of."""
    found = _PERSON.search(plain)
    if found is None:
        return question
    person = _last_name(earlier, "person") or _bare_person(earlier[-1].question) or _subject(earlier[-1].question)
    return question[: found.start()] + person + question[found.end() :]


def _bare_person(question: str) -> str:
    """A surname that opens the question or follows 的, with its given name, where nothing else marks a person."""
    plain = to_simplified(question)
    for at in (0, *(hit.end() for hit in re.finditer("的", plain))):
        surname = 2 if plain[at : at + 2] in COMPOUND_SURNAMES else 1 if plain[at : at + 1] in SURNAMES else 0
        given = re.match(
            r"[一-龥]{1,2}?(?=[0-9是在从的任担说创为有叫“《]|[一-龥]{2,}(?:了|过|的))|[一-龥]{2}", plain[at + surname :]
        )
        if surname and given and not _begins_place(plain, at):
            return question[at : at + surname + given.end()]
    return ""


def _begins_place(plain: str, at: int) -> bool:
    return any(name.start <= at < name.end for name in find_names(plain) if name.kind in ("place", "organisation"))


def _with_place(question: str, plain: str, earlier: Sequence[_Before]) -> str:
    """那里 or 该区 → the place last asked about, of the same level where one is named."""
    found = _THERE.search(plain)
    if found is None:
        return question
    place = _last_name(earlier, "place", found["level"] or "") or _subject(earlier[-1].question)
    return question[: found.start()] + place + question[found.end() :]


def _with_thing(question: str, plain: str, earlier: Sequence[_Before]) -> str:
    """它, 该项目, 这些组 → the subject of the question before stands in front of the noun."""
    found = _THING.search(plain)
    if found is None:
        return question
    subject = _subject(earlier[-1].question)
    rest = question[found.end() :]
    joint = "" if not rest or found[0].startswith("它") else "的"
    if rest and subject.endswith(rest[:2]):
        rest, joint = rest[2:], ""
    return question[: found.start()] + subject + joint + rest


def _last_name(earlier: Sequence[_Before], kind: str, ending: str = "") -> str:
    """The name of that kind last mentioned: for persons in the answer first, for places in the question first."""
    for before in reversed(earlier):
        texts = (before.answer, before.question) if kind == "person" else (before.question, before.answer)
        for text in texts:
            blanked = _ASKING.sub(lambda found: "，" * len(found[0]), text)
            names = [name.text for name in find_names(blanked) if name.kind == kind]
            fitting = [name for name in names if to_simplified(name).endswith(ending)]
            if fitting:
                return fitting[-1] if kind == "place" else fitting[0]
            if ending and (bare := re.search(rf"(?:^|[的在,，、])([一-龥]{{2,3}}{ending})", to_simplified(text))):
                return text[slice(*bare.span(1))]
    return ""


def _subject(question: str) -> str:
    """What a question is about: its words up to the predicate; the whole without its asking end where none is found."""
    plain = to_simplified(question)
    found = next((hit for hit in _PREDICATE.finditer(plain) if hit.start() >= 2), None)
    subject = question[: found.start()] if found else question.rstrip("?？")
    return subject.rstrip(",， 的")


def _names_subject(plain: str) -> bool:
    """Whether a question names a place, person, organisation or quoted term of its own."""
    plain = _ASKING.sub("，", plain)
    return bool(_QUOTED.search(plain)) or any(
        name.kind in ("place", "person", "organisation") for name in find_names(plain)
    )


def _carried(question: str, plain: str, before: _Before) -> str:
    """The question with the subject of the one before it, and its counted noun where it leaves that out."""
    own = _LEAD.match(plain)
    start = own.end() if own else 0
    rest, plain = question[start:], plain[start:]
    bare = _BARE_COUNT.search(plain)
    counted = _COUNTED.search(before.question)
    if bare and counted:
        rest = rest[: bare.end("count")] + counted["noun"] + rest[bare.end("count") :]
    subject = _subject(before.question)
    if (code := _CODE.search(plain)) and (other := _CODE.search(subject)) and code[0][-1] == other[0][-1]:
        subject = subject.replace(other[0], "")
    if not subject or subject in rest:
        return rest
    overlap = next((size for size in range(min(len(subject), len(rest)), 1, -1) if subject.endswith(rest[:size])), 0)
    return subject + rest[overlap:]


# --- ellipsis --------------------------------------------------------------------------------------------------------

_ATTRIBUTE = re.compile(
    r"(?:(?:[总年日]|人均|最大|设计|平均|累计|计划)*(?:投资|投入|造价|工期|面积|人口|产值|收入|利润|库容|跨度|容量|重量|[长宽高深]度|规模|价格|单价|金额|"
    r"产量|销量|[一-龥]{1,2}额|税收|预算|成本|工资|补贴|奖金|年龄|岁数|速度|温度|距离|人数|户数|数量|总[量数长宽高]|全[长宽高])|[一-龥]{2}[率量费]|占比|比例)$"
)
"""Nouns that name a measure of a thing; the thing stands before them."""
_HOW_MUCH = re.compile(
    r"(?:的?(?:一共|总共|达到|是|有|为|达))*(?P<ask>多少|几何|几[^,，?？]|多[长宽高深大远重]|百分之(?:多少|几))"
)
_OFFICE = (
    r"(?:(?:党[委组]|支部|支委|第一|常务|副)*(?:书记|主任|主席|[一-龥]长|经理|总裁|记者|通讯员|作者|编辑|摄影师?))"
)
_ASKS_OFFICE = re.compile(rf"(?P<office>{_OFFICE})(?=(?:的?名字)?(?:是|叫|为)+(?:谁|誰|什么|哪))")
_OF_A_PERSON = re.compile(r"岁|多大|哪里人|职务|职位|担任|身份|做什么|干什么|是谁|说|获|奖|工作|年龄|出生|毕业")


_WHEN_DEED = re.compile(
    r"(?:何时|什么时候|哪一?[年天月日]|几月几日|在?哪里|在?哪儿|为什么|如何|怎么)(?P<deed>[一-龥]{2})(?=的?[?？]?$)"
)


def _asked_of(what: str, earlier: Sequence[_Before]) -> str:
    """那…呢: the question before, with ``what`` in the place of its like; else ``what`` with its asking end."""
    for before in (earlier[-1], *earlier[-2:-1]):
        if (slot := _like(what, before.question)) is not None:
            start, end = slot
            rest = before.question[end:]
            if find_dates(what) and (dated := find_dates(rest)):
                rest = rest[: dated[0].start] + rest[dated[0].end :]
            gap = what.rstrip("的") if rest.startswith("的") else what
            return before.question[:start] + gap + rest
    question = earlier[-1].question
    stem = what.rstrip("的")
    subject = _subject(question)
    asking = question[len(subject) :].lstrip(",，的")
    if much := _HOW_MUCH.search(to_simplified(question)):
        before_it = question[: much.start()].rstrip("的")
        measured = _ATTRIBUTE.search(to_simplified(before_it))
        subject = before_it[: measured.start()].rstrip("的") if measured else subject
        return f"{subject}的{stem}{'是' if _ATTRIBUTE.search(to_simplified(stem)) else '有'}多少?"
    return f"{subject}的{stem}{asking}" if subject else f"{what}{asking}"


def _like(what: str, question: str) -> tuple[int, int] | None:
    """The part of a question that ``what`` replaces: of the same kind of name, or ending in the same words."""
    plain, asked = to_simplified(what), to_simplified(question)
    if _QUOTED.search(plain) and (quoted := _QUOTED.search(asked)):
        return quoted.span()
    own, other = find_names(plain), find_names(asked)
    for kind in ("place", "person", "organisation"):
        mine = [name for name in own if name.kind == kind]
        theirs = [name for name in (find_places(asked) if kind == "place" else other) if name.kind == kind]
        if mine and theirs:
            return _same_level(mine[0], theirs)
    dates = find_dates(asked)
    if find_dates(plain) and dates:
        return dates[0].start, dates[0].end
    if _CODE.search(plain) and (code := _CODE.search(asked)):
        return code.span()
    stem = plain.rstrip("的")
    when = _WHEN_DEED.search(asked)
    if when and re.fullmatch(r"[一-龥]{2}", stem):
        return when.span("deed")
    return _like_person(stem, asked, other) or _like_office(stem, asked) or _same_ending(stem, asked)


def _like_person(plain: str, asked: str, named: Sequence[NameMention]) -> tuple[int, int] | None:
    """The person of a question about somebody, where ``plain`` is a person's name and nothing else."""
    surname = 2 if plain[:2] in COMPOUND_SURNAMES else 1 if plain[:1] in SURNAMES else 0
    given = plain[surname:]
    polite = re.fullmatch(r"某*(?:先生|女士|同志|老师|教授|书记|大[爷妈娘])", given)
    if not surname or not (polite or re.fullmatch(r"[一-龥]{1,2}", given)) or _ATTRIBUTE.search(plain):
        return None
    theirs = next((name for name in named if name.kind == "person"), None)
    if theirs is not None:
        return theirs.start, theirs.end
    bare = _bare_person(asked) if _OF_A_PERSON.search(asked) else ""
    return (asked.find(bare), asked.find(bare) + len(bare)) if bare else None


def _like_office(plain: str, asked: str) -> tuple[int, int] | None:
    """The office whose holder a question asks for, where ``plain`` is an office."""
    found = _ASKS_OFFICE.search(asked)
    return found.span("office") if found and re.fullmatch(_OFFICE, plain) else None


def _same_level(mine: NameMention, theirs: Sequence[NameMention]) -> tuple[int, int]:
    best = next((name for name in theirs if name.text[-1] == mine.text[-1]), theirs[0])
    return best.start, best.end


def _same_ending(plain: str, asked: str) -> tuple[int, int] | None:
    for size in range(min(len(plain), 6), 0, -1):
        at = asked.find(plain[-size:])
        if at < 0 or (size == 1 and plain[-1] not in "级类期岗组年月型号"):
            continue
        start = max((edge.end() for edge in _EDGE.finditer(asked, 0, at)), default=max(at + size - len(plain), 0))
        return start, at + size
    return None
