"""One form for questions that differ only in dress: script, width, blanks between characters, numerals, eras.

For searching only; what is shown and quoted stays as it was typed. Knows nothing of indexes.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from rag.text.dates import DateMention, find_dates
from rag.text.numerals import arabic_value, chinese_value
from rag.text.script import to_simplified

_HAN = re.compile(r"[\u3400-\u9fff]")
_BLANK = re.compile(r"(?<![a-z0-9])\s+|\s+(?![a-z0-9])")
_SPACED_DIGITS = re.compile(r"(?<![a-z0-9])\d(?:\s+\d)+(?![a-z0-9])")
"""Blanks that part no Latin words or numbers, and those within a number that was scanned digit by digit."""

_SPACED_OUT = re.compile(r"\s*\S(?:\s+\S)+\s*")
"""A blank behind every character: then single blanks part no words, not even Latin ones."""

_QUOTES = str.maketrans(dict.fromkeys("“”「」『』", '"') | dict.fromkeys("‘’", "'"))
"""Each script and each keyboard has its own."""

_ERA = re.compile(r"公元(?=\d|[一二三四五六七八九零]{2})")
_DIGITS = re.compile(
    r"(?<![十百千万亿点第])(?:零[零一二三四五六七八九]{2,}|[零一二三四五六七八九]{4,})(?![十百千万亿点])"
)
"""Read one by one from four on, or after a zero; three are as often the name of a day (九一八)."""
_SCALED = re.compile(
    r"(?:\d+(?:\.\d+)?[万亿]+)+(?!\d)|(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
    r"|[一二三四五六七八九十两][一二三四五六七八九十百千两零万亿点]*[万亿][一二三四五六七八九十百千两零万亿]*"
)
_TERM = re.compile(r"(\d+(?:\.\d+)?)([万亿]+)")
_NUMERALS = frozenset("0123456789零一二三四五六七八九十百千万亿两点")
_MAX_ROUNDS = 4
"""One round settles what people write; one figure may lay open another where blanks and numerals are mixed."""

_MAX_FIGURES = 5
"""A number printed with more figures than this is a telephone number, a code, or exact for a reason."""

_HUNDRED_MILLION, _TEN_THOUSAND = Decimal(10**8), Decimal(10**4)
_PLACES = {"万": _TEN_THOUSAND, "亿": _HUNDRED_MILLION}


@lru_cache(maxsize=64)
def one_form(question: str) -> str:
    """Simplified, half-width, lower-case; years and dates in Arabic figures, large numbers in 万 and 亿.

    ``one_form(one_form(x)) == one_form(x)``.
    """
    for _ in range(_MAX_ROUNDS):
        before, question = question, _rewritten(question)
        if question == before:
            break
    return question


def _rewritten(question: str) -> str:
    plain = to_simplified(unicodedata.normalize("NFKC", question)).lower().translate({ord("〇"): "零", ord("○"): "零"})
    plain = plain.translate(_QUOTES)
    if _SPACED_OUT.fullmatch(plain) and _HAN.search(plain):
        plain = re.sub(r"(?<=\S)\s(?=\S)", "", plain)
    plain = re.sub(r"\s+", " ", plain)
    plain = _SPACED_DIGITS.sub(lambda match: "".join(match.group().split()), plain.strip())
    # Before blanks go: one between a Latin word and a year stays, whatever the year is written in.
    plain = _BLANK.sub("", _read_digits(plain))
    plain = _with_arabic_dates(_ERA.sub("", plain))
    return _SCALED.sub(_scaled, _read_digits(plain))


def _read_digits(plain: str) -> str:
    return _DIGITS.sub(lambda match: chinese_digits(match.group()), plain)


def word_forms(asked: str) -> str:
    """The one form, and after it its large numbers as figures, for an index that holds what was printed: 3万 30000."""
    found = (_value(match) for match in _SCALED.finditer(asked))
    figures = [f"{value.normalize():f}" for value in found if value is not None]
    return " ".join((asked, *(figure for figure in figures if figure not in asked)))


def chinese_digits(raw: str) -> str:
    """Digits read one by one, zeros in front kept: 零一二 → 012."""
    return raw.translate(str.maketrans("零一二三四五六七八九", "0123456789"))


def _with_arabic_dates(text: str) -> str:
    parts: list[str] = []
    at = 0
    for mention in find_dates(text):
        parts += [text[at : mention.start], _arabic_date(mention, text[mention.start : mention.end])]
        at = mention.end
    return "".join((*parts, text[at:]))


def _arabic_date(mention: DateMention, printed: str) -> str:
    """The parts that are printed; those a range shares with its first end stand there already."""
    if mention.year is not None and mention.year < 1:
        return printed
    named = ((mention.year, "年"), (mention.month, "月"), (mention.day, "日"))
    if not re.search("[年月日号]", printed):
        return printed
    shown_parts = "".join(f"{value}{sign}" for value, sign in named if value is not None and _prints(printed, sign))
    # What follows the last sign stays: 七月下旬, 年度, 年底.
    return shown_parts + re.split("[年月日号]", printed)[-1]


def _prints(printed: str, sign: str) -> bool:
    return sign in printed or (sign == "日" and "号" in printed)


def _scaled(match: re.Match[str]) -> str:
    """A number as newspapers print it: 12,000 and 1.2万 as 1.2万; below ten thousand in plain digits."""
    value = _value(match)
    if value is None or len(value.normalize().as_tuple().digits) > _MAX_FIGURES:
        return match.group()
    for sign, place in (("亿", _HUNDRED_MILLION), ("万", _TEN_THOUSAND)):
        if value >= place:
            return f"{(value / place).normalize():f}{sign}"
    return f"{value:f}"


def _value(match: re.Match[str]) -> Decimal | None:
    """None for what is no quantity: a code with zeros in front, a part of something longer that is no numeral."""
    printed = match.group()
    around = match.string[max(match.start() - 1, 0) : match.start()] + match.string[match.end() : match.end() + 1]
    if not _NUMERALS.isdisjoint(around):
        return None
    if not printed[0].isdecimal():
        try:
            return chinese_value(printed)
        except ValueError:
            return None
    if printed.startswith("0") and not printed.startswith("0."):
        return None
    terms = _TERM.findall(printed)
    if not terms:
        return arabic_value(printed)
    total = Decimal(0)
    for digits, signs in terms:
        value = Decimal(digits)
        for sign in signs:
            value *= _PLACES[sign]
        total += value
    return total
