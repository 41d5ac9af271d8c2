"""Figures found in Chinese text: what value, in what unit, how exact.

Dates and times of day are figures too. ``Figure`` and ``same_figure`` live in ``figure``. Knows nothing of what a
figure is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from rag.text.amounts import Amount, read_amount
from rag.text.clock import read_clock
from rag.text.dates import DateMention, find_dates
from rag.text.figure import CLOCK_UNIT, CLOCK_UNIT_12, Figure, FigureKind, Hedge, same_figure, same_value
from rag.text.numerals import MYRIADS, arabic_value, chinese_value
from rag.text.rates import minus_before, per_of, read_score
from rag.text.script import narrow
from rag.text.units import AGES, CURRENCIES, DURATIONS, UNIT_PATTERN

__all__ = [
    "CLOCK_UNIT",
    "CLOCK_UNIT_12",
    "Figure",
    "FigureKind",
    "Hedge",
    "find_figures",
    "same_figure",
    "same_value",
]

_START = re.compile(
    r"[0-9零〇一二三四五六七八九十百千万亿两廿卅壹贰叁肆伍陆柒捌玖拾佰仟数几半第近上超逾过成好凌清早中正午下傍晚夜深$¥€£]"
)
_NUMBER = r"[0-9]+(?:\.[0-9]+)?|[零〇一二三四五六七八九十百点]+"
_PER = re.compile(rf"(?P<base>百|千|万|十|[二三四五六七八九]|[0-9]+)分之(?P<part>{_NUMBER})")
_SLASH = re.compile(r"(?P<part>[0-9]{1,2})/(?P<base>[0-9]{1,3})(?![0-9/])")
_ORDINAL = re.compile(r"第 ?")
_GRADE = re.compile(r"(?P<number>[1-9]|[一二三四五六七八九])(?=年级)")
_ORDINAL_NUMBER = re.compile(r"[0-9]+|[零〇一二三四五六七八九十百千两]+")
_RANGE_SIGN = re.compile(r" ?(?P<sign>至|到|[-—–~]{1,2}) ?(?=[0-9一二三四五六七八九十百千两])")
_SIZE_ONLY = re.compile(r"(?:近|上|超|逾|过|成|好几)(?P<size>[百千万亿]+)(?=[余多个名人位家户元亩吨次件条项年天])")
_CURRENCY_SIGN = re.compile(r"(?P<sign>[$¥€£]) ?(?=[0-9])")
_CURRENCY_NAME = {"$": "美元", "¥": "元", "€": "欧元", "£": "英镑"}
_LONE_ONE = re.compile(rf"(?<!第)一(?P<unit>(?![A-Za-z])(?:{UNIT_PATTERN.pattern}))")
_FROM = re.compile(r"[从由自][^,。;，、]{0,8}$")

_HEDGE_BEFORE: tuple[tuple[Hedge, re.Pattern[str]], ...] = (
    (
        "under",
        re.compile(
            r"(?:未达到?|没有?达到|没达到?|不足|不到|未满|不满|低于|少于|小于|不超过|不超出|不高于|不多于|不大于|至多|最多|将近|接近|(?<![最附临邻靠])近)了?$"
        ),
    ),
    ("over", re.compile(r"(?:超过|超出|超|逾|突破|不少于|不低于|不小于|不止|高于|多于|大于|至少|最少|上)了?$")),
    ("about", re.compile(r"(?:大约|约为|约|大概|大致|估计|几乎)$")),
)
_HEDGE_AFTER: tuple[tuple[Hedge, re.Pattern[str]], ...] = (
    ("over", re.compile(r"(?:\([^()]{1,3}\))?[及或]?(?:以上|之多|开外|有余)")),
    ("under", re.compile(r"(?:\([^()]{1,3}\))?[及或]?(?:以下|以内|之内)")),
    ("about", re.compile(r"左右|上下|前后")),
)


def find_figures(text: str, *, lone_one: bool = False) -> list[Figure]:
    """Every figure in reading order, dates and times of day included, without overlap.

    Args:
        text: any text.
        lone_one: read 一 before a measure word (一项, 一名) as the figure one too; mostly it only means "a".
    """
    dates = find_dates(text)
    found = [*_scan(text, _masked(narrow(text), dates), lone_one=lone_one), *(_of_date(date) for date in dates)]
    return sorted(found, key=lambda figure: figure.start)


def _masked(shown: str, dates: list[DateMention]) -> str:
    """The text with dates blanked out by a character no pattern reads, so that their digits are read once."""
    for date in dates:
        shown = shown[: date.start] + "\ue000" * (date.end - date.start) + shown[date.end :]
    return shown


def _of_date(date: DateMention) -> Figure:
    value = Decimal(abs(date.year or 0) * 10000 + (date.month or 0) * 100 + (date.day or 0))
    signed = -value if date.year is not None and date.year < 0 else value
    return Figure(date.start, date.end, date.raw, signed, signed, None, "date")


def _scan(text: str, shown: str, *, lone_one: bool) -> Iterator[Figure]:
    at = 0
    while (match := _START.search(shown, at)) is not None:
        figure = _read(shown, match.start())
        if figure is None and lone_one:
            figure = _lone_one(shown, match.start())
        if figure is None:
            at = match.end()
            continue
        per = per_of(shown, figure.start, figure.end)
        yield replace(figure, raw=text[figure.start : figure.end], per=per)
        at = figure.end


def _read(shown: str, at: int) -> Figure | None:
    for read in (_time, _score, _grade, _ordinal, _fraction, _size_only, _amount):
        figure = read(shown, at)
        if figure is not None:
            return figure
    return None


def _time(shown: str, at: int) -> Figure | None:
    clock = read_clock(shown, at)
    if clock is None:
        return None
    value, unit = Decimal(clock.minutes), CLOCK_UNIT_12 if clock.ambiguous else CLOCK_UNIT
    hedge: Hedge | None = "about" if clock.about else None
    return Figure(clock.start, clock.end, "", value, value, unit, "time", hedge)


def _score(shown: str, at: int) -> Figure | None:
    score = read_score(shown, at)
    return Figure(at, score.end, "", score.first, score.second, None, "score") if score else None


def _lone_one(shown: str, at: int) -> Figure | None:
    match = _LONE_ONE.match(shown, at)
    if match is None:
        return None
    return Figure(at, match.end(), "", Decimal(1), Decimal(1), match["unit"], _kind(match["unit"]))


def _grade(shown: str, at: int) -> Figure | None:
    match = _GRADE.match(shown, at)
    if match is None:
        return None
    value = _number(match["number"])
    return Figure(at, match.end() + len("年级"), "", value, value, "年级", "ordinal")


def _ordinal(shown: str, at: int) -> Figure | None:
    opening = _ORDINAL.match(shown, at)
    number = _ORDINAL_NUMBER.match(shown, opening.end()) if opening else None
    if number is None:
        return None
    try:
        value = arabic_value(number.group()) if number.group()[0] in "0123456789" else chinese_value(number.group())
    except ValueError:
        return None  # 第 before digits that make no number belongs to a name
    return Figure(at, number.end(), "", value, value, None, "ordinal")


def _fraction(shown: str, at: int) -> Figure | None:
    match = _PER.match(shown, at) or _SLASH.match(shown, at)
    if match is None or match["base"] in "0":
        return None
    try:
        part, base = _number(match["part"]), _base(match["base"])
    except ValueError:
        return None  # 点 without digits on both sides is a word
    if base == 0 or (match.re is _SLASH and part >= base):
        return None
    if base == 100:
        return _hedged(shown, Figure(at, match.end(), "", part, part, "%", "percent"))
    return _hedged(shown, Figure(at, match.end(), "", part / base, part / base, None, "fraction"))


def _base(raw: str) -> Decimal:
    return MYRIADS[raw] if raw in MYRIADS else _number(raw)


def _number(raw: str) -> Decimal:
    return arabic_value(raw) if raw[0] in "0123456789" else chinese_value(raw)


def _size_only(shown: str, at: int) -> Figure | None:
    """近百家, 上千人, 近亿元: only the size is printed, and the word before it is part of the figure."""
    match = _SIZE_ONLY.match(shown, at)
    if match is None or (shown[at] in "近上" and at and shown[at - 1] in "最附临以地网线身"):
        return None
    amount = read_amount(f"一{shown[match.start('size') : match.end() + 6]}", 0)
    if amount is None:
        return None
    hedge: Hedge = "under" if shown[at] == "近" else "over"
    end = match.start("size") + amount.end - 1
    return Figure(at, end, "", amount.low, amount.high, amount.unit, _kind(amount.unit), hedge)


def _amount(shown: str, at: int) -> Figure | None:
    sign = _CURRENCY_SIGN.match(shown, at)
    first = read_amount(shown, sign.end() if sign else at)
    if first is None:
        return None
    minus = minus_before(shown, at)
    if minus is not None:
        first = replace(first, start=minus, low=-first.low, high=-first.high)
    if sign is not None:
        first = replace(
            first, start=min(at, first.start), unit=_CURRENCY_NAME[sign["sign"]] if first.unit is None else first.unit
        )
    amount = _range(shown, first) or first
    figure = Figure(amount.start, amount.end, "", amount.low, amount.high, amount.unit, _kind(amount.unit))
    return replace(_hedged(shown, figure), hedge="over") if amount.more else _hedged(shown, figure)


def _range(shown: str, first: Amount) -> Amount | None:
    """3至5个, 10%-20%, 1至2万元. From one state to another (从6家到9家) is two figures, and so is 0100-1234567."""
    sign = _RANGE_SIGN.match(shown, first.end)
    if sign is None or _FROM.search(shown, max(0, first.start - 10), first.start):
        return None
    second = read_amount(shown, sign.end())
    if second is None or first.more or (first.unit is not None and first.unit != second.unit):
        return None
    if (shown[first.start] == "0" and "." not in shown[first.start : first.end]) or shown.startswith("-", second.end):
        return None
    low = first.low
    if second.unit == "%" and first.unit is None and "成" in shown[first.end : second.end]:
        low *= 10
    if second.scaled and not first.scaled:
        low = _shared_scale(shown, first, second)
    return Amount(first.start, second.end, low, second.high, second.unit, second.more) if low < second.high else None


def _shared_scale(shown: str, first: Amount, second: Amount) -> Decimal:
    """1至2万 means 1万至2万, but 5000至1万 does not mean 5000万."""
    sign = (
        read_amount(shown[second.start : second.end].rstrip("万亿百千十元"), 0) if second.end > second.start else None
    )
    mantissa = sign.low if sign is not None else second.low
    return first.low * (second.low / mantissa) if mantissa and first.low < mantissa else first.low


def _hedged(shown: str, figure: Figure) -> Figure:
    before = shown[max(0, figure.start - 6) : figure.start]
    for hedge, pattern in _HEDGE_BEFORE:
        # 近3年 is the last three years, not almost three.
        if pattern.search(before) and not (figure.kind == "duration" and before.endswith("近")):
            return replace(figure, hedge=hedge)
    for hedge, pattern in _HEDGE_AFTER:
        if pattern.match(shown, figure.end):
            return replace(figure, hedge=hedge)
    return figure


def _kind(unit: str | None) -> FigureKind:
    if unit == "%":
        return "percent"
    if unit in CURRENCIES:
        return "money"
    if unit in AGES:
        return "age"
    return "duration" if unit in DURATIONS else "number"
