"""False figures: another value, unit, date, ordinal or age, or one from another sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from evals.altered.edit import Source

NUMBER = re.compile(r"(?<![0-9A-Za-z.\-:：])([1-9][0-9]*(?:\.[0-9]+)?)(?![0-9.:：\-A-Za-z]|[年月日时点分号])")
_MEASURED = re.compile(
    r"(?<![0-9.])([1-9][0-9]*(?:\.[0-9]+)?)(%|[万亿]?(?:元|人|名|个|家|户|吨|亩|次|套|辆|件|公里|平方米|米))"
)
_DAY = re.compile(r"(?<=月)([1-9]|[12][0-9]|30)(?=日)")
_MONTH = re.compile(r"(?<![0-9个])([1-9]|1[0-2])(?=月(?!球|亮))")
_YEAR = re.compile(r"(?<![0-9])(19[0-9]{2}|20[0-3][0-9])(?=年)")
_ORDINAL = re.compile(r"第([一二三四五六七八九])(?=[届次名个位批季期])")
_AGE = re.compile(r"(?<![0-9.])([1-9][0-9]?)(?=岁)")
_SCALE = re.compile(r"(?<=[0-9])(万|亿)(?=[元人吨亩吨美户次平])")
_NUMERALS = "一二三四五六七八九"


def other_value(source: Source, random: Random) -> Iterator[str]:
    """One digit of a figure changed, or the figure taken ten times."""
    for hit in _shuffled(NUMBER, source.sentence, random):
        raw = hit[1]
        yield from _fresh(source, hit, _other(raw, random))


def other_scale(source: Source, random: Random) -> Iterator[str]:
    """万 for 亿 and 亿 for 万."""
    for hit in _shuffled(_SCALE, source.sentence, random):
        yield _put(source.sentence, hit, "亿" if hit[1] == "万" else "万")


def other_date(source: Source, random: Random) -> Iterator[str]:
    """Another day, month or year."""
    for pattern, low, high in ((_DAY, 1, 30), (_MONTH, 1, 12), (_YEAR, 1950, 2023)):
        for hit in _shuffled(pattern, source.sentence, random):
            value = int(hit[1]) + random.choice((-2, -1, 1, 3))
            if low <= value <= high:
                yield from _fresh(source, hit, str(value))


def other_ordinal(source: Source, random: Random) -> Iterator[str]:
    """第三届 for 第四届."""
    for hit in _shuffled(_ORDINAL, source.sentence, random):
        yield _put(source.sentence, hit, "第" + random.choice([one for one in _NUMERALS if one != hit[1]]))


def other_age(source: Source, random: Random) -> Iterator[str]:
    """Another age."""
    for hit in _shuffled(_AGE, source.sentence, random):
        yield from _fresh(source, hit, str(int(hit[1]) + random.choice((-4, -1, 1, 2, 10))))


def of_another_sentence(source: Source, random: Random) -> Iterator[str]:
    """A figure with the same unit from another sentence of the evidence."""
    others = list(_MEASURED.finditer(source.evidence.replace(source.sentence, "。")))
    own = {hit[1] for hit in _MEASURED.finditer(source.sentence)}
    for hit in _shuffled(_MEASURED, source.sentence, random):
        for other in random.sample(others, len(others)):
            if other[2] == hit[2] and other[1] not in own:
                yield _put(source.sentence, hit, other[0])


def _other(raw: str, random: Random) -> str:
    if random.random() < 0.15 and "." not in raw:
        return raw + "0"
    at = random.choice([at for at, sign in enumerate(raw) if sign.isdecimal()])
    digits = [one for one in "123456789" if one != raw[at]]
    return raw[:at] + random.choice(digits) + raw[at + 1 :]


def _fresh(source: Source, hit: re.Match[str], put: str) -> Iterator[str]:
    if re.search(rf"(?<![0-9.]){re.escape(put)}(?![0-9.])", source.evidence) is None:
        yield _put(source.sentence, hit, put)


def _shuffled(pattern: re.Pattern[str], text: str, random: Random) -> list[re.Match[str]]:
    hits = list(pattern.finditer(text))
    return random.sample(hits, len(hits))


def _put(sentence: str, hit: re.Match[str], put: str) -> str:
    return sentence[: hit.start()] + put + sentence[hit.end() :]
