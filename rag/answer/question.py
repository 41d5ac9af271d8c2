"""What a question asks for: the kind of answer, the asked unit or noun, and the content it must be matched by.

Rules over the Simplified form of the question. Knows nothing of evidence, passages or scores.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from rag.answer.lexicon import (
    COUNTERS,
    FILLERS,
    MONEY_NOUNS,
    PERCENT_NOUNS,
    PERSON_ROLES,
    PLACE_LEVELS,
)
from rag.mapping import Span
from rag.text.dates import find_dates
from rag.text.lexicon import words
from rag.text.normalise import fold_mapped
from rag.text.script import to_simplified

QuestionKind = Literal[
    "person", "place", "time", "count", "money", "percent", "quantity", "name", "list", "yes_no", "reason", "manner",
    "thing",
]  # fmt: skip
TimeGrain = Literal["year", "month", "day", "hour", "any"]

_COUNTER = "|".join(sorted(map(re.escape, COUNTERS), key=len, reverse=True))
_LEVEL = "|".join(sorted(map(re.escape, PLACE_LEVELS), key=len, reverse=True))
_ROLE = "|".join(sorted(map(re.escape, PERSON_ROLES), key=len, reverse=True))
_HOW_MUCH = r"(?:是|为|有|达|达到|占|约|共|总共|合计|了|到|在)*(?:多少|几何)"

_PERCENT = re.compile(
    rf"百分之(?:多少|几)|(?:多少|几)个?百分点|(?:多少|几)成(?!员|立|果|功|年|本|为)|{PERCENT_NOUNS}(?:{_HOW_MUCH}|[是有为]*多[高大少])"
)
_MONEY = re.compile(
    rf"(?:多少|几)(?:个?[十百千万亿]*)(?:元|块钱|钱|美元|人民币)|{MONEY_NOUNS}{_HOW_MUCH}(?!个|家|项|次|笔|人|名|时间|天|年)"
)
_DURATION = re.compile(r"多久|多长时间|(?:多少|几)(?:年|天|日|个?小时|个?月|分钟|周|个?星期)(?!度|级|份)")
_AGE = re.compile(r"多大年[纪龄]|多大岁数|(?:多少|几)周?岁|年[纪龄](?:是|有)?多[大少]")
_TIME = re.compile(
    r"(?P<year>哪一?年|何年|什么年份|哪个年份)|(?P<hour>几点|哪个?时刻)"
    r"|(?P<day>哪一?天|哪一?日|几月几[日号]|[几何][日号]|哪个日[子期]|什么日[子期]|星期几|日期)"
    r"|(?P<month>哪一?个?月|几月|何月)|(?P<any>什么时候|什么时间|何时|哪个?时[候间期]|什么时期|时间是)"
)
_PERSON = re.compile(
    rf"谁|何人|哪一?[位名](?:{_ROLE})?|哪些人|哪个人|(?:{_ROLE}|老板|作者|拍摄者)(?:的?(?:名字|姓名))?(?:叫|是|为)(?:什么|何|哪)"
    rf"|(?:{_ROLE})的?(?:名字|姓名)|姓甚名谁|姓什么"
)
_PLACE = re.compile(
    rf"哪里|哪儿|在哪(?![一个些家所])|何处|何地|什么地[方点]|哪[个座]?(?:{_LEVEL})|地点(?:是|在|为)|位于哪|什么(?:国家|城市)"
)
_LIST = re.compile(
    r"哪些|哪几|哪[两二三四五六七八九十]|什么[^?？,，]{0,6}(?:组成|构成)|(?:包括|包含|涵盖|涉及)了?(?:什么|哪)|分[为成](?:哪|什么)"
)
_COUNT = re.compile(rf"(?:多少|(?<!哪)几)(?P<scale>[十百千万亿]*)(?P<unit>{_COUNTER})?")
_HOW_BIG = re.compile(r"多(?P<what>[大高长宽远重深快])(?![部数])|有多(?P<what2>[大高长宽远重深快])")
_NAME = re.compile(
    r"(?:叫做?|名为|称为|称作|叫作|被称|命名为|名叫|简称)(?:什么|何)|什么名|名[字称](?:是|叫|为)|哪[一]?[个家所部本座支届首条项种类艘场间栋份篇款级门]"
)
_REASON = re.compile(r"为什么|为何|何故|原因|因为什么|怎么会|缘何|何以")
_MANNER = re.compile(r"怎么|怎样|如何|什么(?:样的?)?[^的没无有,，?]{0,4}?(?:方式|方法|办法|措施|手段|途径)")
_YES_NO = re.compile(r"是否|有没有|是不是|能不能|会不会|吗$")
_THING = re.compile(r"什么|哪|何种|何为")

_HOW_BIG_UNITS = {
    "大": words("平方米 平方公里 公顷 亩 岁"),
    "高": words("米 厘米 公里 层"),
    "长": words("米 公里 千米 厘米 年 天 小时"),
    "宽": words("米 公里"),
    "远": words("米 公里 千米 里"),
    "重": words("吨 公斤 千克 克 斤"),
    "深": words("米 公里"),
    "快": words("公里"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """A question analysed.

    ``text`` is its Simplified form, same length as asked. ``asked`` is the span of the interrogative phrase in it.
    ``units`` are counters or units a figure must carry (empty: any). ``noun`` is the asked noun standing after the
    counter, or the attribute before 是多少 / 是谁; ``soft_noun`` where it may be a deed rather than a thing.
    ``content`` marks, per character, whether it says what is asked about.
    """

    text: str
    kind: QuestionKind
    asked: Span
    units: tuple[str, ...] = ()
    noun: str = ""
    soft_noun: bool = False
    grain: TimeGrain = "any"
    content: tuple[bool, ...] = ()


_HOLDER = re.compile(rf"(?P<who>谁|哪位|何人)是(?P<office>[^,，?的]{{0,12}}?(?:{_ROLE}|[^成增特生]长))(?=\?*$)")
"""谁是局长 reads as 局长是谁."""
_HAN_DATE = re.compile(r"[零〇○一二三四五六七八九十廿]")


def with_plain_dates(question: str) -> str:
    """The question with dates in Chinese numerals (七月八日) in the figures newspapers print (7月8日)."""
    parts: list[str] = []
    last = 0
    for date in find_dates(question):
        if not _HAN_DATE.search(date.raw) or not re.fullmatch(r"[零〇○一二三四五六七八九十廿0-9年月日号號]+", date.raw):
            continue
        marks = ((date.year, "年"), (date.month, "月"), (date.day, "日"))
        parts += [question[last : date.start], *(f"{value}{mark}" for value, mark in marks if value is not None)]
        last = date.end
    return "".join([*parts, question[last:]])


def analyse(question: str) -> Question:
    """Read a question. Never fails: what no rule knows is a ``thing`` question."""
    text = _HOLDER.sub(r"\g<office>是\g<who>", to_simplified(question).replace("？", "?"))
    kind, span, units, grain = _classify(text)
    noun, soft = _noun(text, kind, span)
    return Question(text, kind, span, units, noun, soft, grain, _content(text, span))


def _classify(text: str) -> tuple[QuestionKind, Span, tuple[str, ...], TimeGrain]:
    if found := _AGE.search(text):
        return "count", found.span(), ("岁",), "any"
    if found := _PERCENT.search(text):
        units: tuple[str, ...] = ("百分点", "%") if "百分点" in found[0] else ("%",)
        return "percent", _interrogative(found), units, "any"
    if found := _MONEY.search(text):
        return "money", _interrogative(found), ("元",), "any"
    if found := _TIME.search(text):
        return "time", found.span(), (), _grain(found)
    if found := _DURATION.search(text):
        unit = re.sub(r"多少|几|个", "", found[0])
        return "count", found.span(), () if found[0] in ("多久", "多长时间") else (unit,), "any"
    return _classify_open(text)


def _classify_open(text: str) -> tuple[QuestionKind, Span, tuple[str, ...], TimeGrain]:
    if found := _COUNT.search(text):
        unit = found["unit"]
        if unit or found[0].startswith("多少"):
            return _figure_kind(text, found, unit)
    if (found := _HOW_BIG.search(text)) and "什么" not in text:
        return "quantity", found.span(), _HOW_BIG_UNITS[found["what"] or found["what2"]], "any"
    rules: tuple[tuple[re.Pattern[str], QuestionKind], ...] = (
        (_PERSON, "person"), (_REASON, "reason"), (_PLACE, "place"), (_LIST, "list"), (_NAME, "name"),
        (_MANNER, "manner"), (_YES_NO, "yes_no"), (_THING, "thing"),
    )  # fmt: skip
    for pattern, kind in rules:
        if found := pattern.search(text):
            return kind, _interrogative(found), (), "any"
    return "thing", (len(text), len(text)), (), "any"


def _figure_kind(
    text: str, found: re.Match[str], unit: str | None
) -> tuple[QuestionKind, Span, tuple[str, ...], TimeGrain]:
    """多少 with a counter, or with a noun that tells money and rates from things (多少*资金*), or bare."""
    if unit:
        return "count", found.span(), (unit,), "any"
    noun = _first_noun(text[found.end() :])
    if re.search(rf"{PERCENT_NOUNS}$", noun):
        return "percent", found.span(), ("%",), "any"
    if len(noun) <= SHORT_NOUN and re.search(rf"{MONEY_NOUNS}$", noun):
        return "money", found.span(), ("元",), "any"
    return ("count" if noun else "quantity"), found.span(), (), "any"


def _interrogative(found: re.Match[str]) -> Span:
    """The asking word itself; what the pattern saw before it (a rate, a role) stays content."""
    inner = re.search(r"百分之(?:多少|几)|多[少高大]|几|谁|什么|哪.?|何", found[0])
    start = found.start() + (inner.start() if inner else 0)
    return start, found.end()


def _grain(found: re.Match[str]) -> TimeGrain:
    grains: tuple[TimeGrain, ...] = ("year", "hour", "day", "month")
    return next((grain for grain in grains if found[grain]), "any")


SHORT_NOUN = 6
_NOUN_AFTER = re.compile(r"[^,，;；?。、以]{0,12}")
_NOUN_STOP = re.compile(r"的|是|了|在|被|把|将|由|向|来|并|参加|获|成为|加入|通过|入|得|有|用|给|受|为")
_ATTRIBUTE = re.compile(
    r"(?:的)?([^的,，;；?、“”\"]{1,12}?)(?P<copula>(?:是|为|叫|有|达|达到|了|共|一共|总共|合计|约|到)*)$"
)
_NUMBER_OF = re.compile(r"(?P<what>[^的]{2,})(?<![指分系岁参基函总人次])数$")
"""站点数 asks how many 站点 there are."""
_COUNTER_FIRST = re.compile(rf"^[几两二三四五六七八九十]?(?:{_COUNTER})(?:的|(?=.{{2}}|$))")
_LISTED = re.compile(
    r"(?P<noun>[^的把由,，“”\"]{2,6}?)(?:分别|都|主要|一共|共)*(?:包括|包含|涵盖|有|是|为|分为|分成)了?$"
)
_GENERIC_NOUNS = frozenset(words("数量 人数 总数 数目 总量 规模 情况 数字 数 答案 结果"))
"""Attributes that only say that a figure is asked for."""
_FIRM = ("有", "是", "为", "共", "总共", "叫")
"""Before the asking word these make what stands before them a thing (员工*有*多少), not a deed (走*了*多少)."""


def _first_noun(after: str) -> str:
    tail = _NOUN_AFTER.match(after)
    words = tail[0].rpartition("的")[2] if tail else ""
    return _NOUN_STOP.split(words)[0]


def _noun(text: str, kind: QuestionKind, span: Span) -> tuple[str, bool]:
    """The noun asked about: after a counter (多少家*企业*), before 是谁 / 是多少 (*局长*是谁), else empty."""
    before, after = text[: span[0]], text[span[1] :]
    noun = "" if kind in ("person", "time", "reason", "manner", "yes_no") else _first_noun(after)
    if kind == "list":
        numerals = tuple("几两二三四五六七八九十")
        if text[: span[1]].endswith(numerals) or noun.startswith(numerals):
            noun = _COUNTER_FIRST.sub("", noun)
        noun = noun or _listed_noun(before)
    if noun or kind in ("name", "list", "place", "time", "reason", "manner", "yes_no"):
        return noun, False
    found = _ATTRIBUTE.search(before)
    if found is None:
        return "", False
    goes_on = after[:1].isalnum()
    if kind == "quantity" and (counted := _NUMBER_OF.match(found[1])):
        return counted["what"], False
    if found[1] in _GENERIC_NOUNS:
        return "", False
    return found[1], kind != "person" and (goes_on or not found["copula"].endswith(_FIRM))


def _listed_noun(before: str) -> str:
    """What a list is of where the asking words come last (*产品*有哪几种): the noun before the verb."""
    found = _LISTED.search(before)
    return found["noun"] if found else ""


def _content(text: str, asked: Span) -> tuple[bool, ...]:
    marks = [char.isalnum() for char in text]
    for start, end in [asked, *(found.span() for found in FILLERS.finditer(text))]:
        marks[start:end] = [False] * (end - start)
    return tuple(marks)


def content_terms(question: Question) -> dict[str, float]:
    """Character bigrams of the content, folded, with base weights; a lone character counts where nothing joins it.

    A figure or Latin word is one term. Bigrams across a gap are not made; a function character in a bigram costs it.
    """
    terms: dict[str, float] = {}
    for run in content_runs(question):
        for term, weight in _run_terms(run):
            terms[term] = max(weight, terms.get(term, 0.0))
    return terms


def content_runs(question: Question) -> list[str]:
    """Folded stretches of content without a gap, in order."""
    folded = fold_mapped(question.text)
    runs: list[str] = []
    last = -2
    for char, position in zip(folded.text, folded.positions, strict=True):
        if not question.content[position]:
            continue
        gap = question.text[last + 1 : position] if last >= 0 else "|"
        joins = bool(runs) and all(mark in "“”\"'‘’「」『』《》 " for mark in gap)
        if joins:
            runs[-1] += char
        else:
            runs.append(char)
        last = position
    return [trimmed for run in runs if (trimmed := _EDGE.sub("", run)) and trimmed not in FUNCTION]


_EDGE = re.compile(r"^(?:的|了|是|在)+|(?<=.)(?:的|了|是|在|有|叫|为|达到|由|以|到|被)+$")
_WORD = re.compile(r"[0-9]+(?:\.[0-9]+)?[a-z]*|[a-z]+[a-z0-9\-]*|[^0-9a-z]+")
FUNCTION = frozenset("的了是在有和与及对于把将被由从向到为以其这那中上下内等个一都也还就曾已所之而并或")
_FUNCTION_WEIGHT = 0.3


def split_words(run: str) -> list[str]:
    """A folded stretch as figures, Latin words and stretches of characters."""
    return _WORD.findall(run)


def _run_terms(run: str) -> list[tuple[str, float]]:
    terms: list[tuple[str, float]] = []
    for word in split_words(run):
        if word[0].isascii():
            terms.append((word, 1.0))
        elif len(word) == 1:
            terms.append((word, _FUNCTION_WEIGHT if word in FUNCTION else 0.6))
        else:
            for first, second in pairwise(word):
                light = first in FUNCTION or second in FUNCTION
                terms.append((first + second, _FUNCTION_WEIGHT if light else 1.0))
    return terms
