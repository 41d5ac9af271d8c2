"""One number with its scale, unit and 余 or 多, read at a given place of narrow text.

The inner half of finding figures: ``figures`` decides where to look and what an amount means. Knows nothing of dates,
ranges or kinds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from rag.text.lexicon import words
from rag.text.numerals import DIGITS, MYRIADS, STEPS, arabic_value, chinese_value
from rag.text.units import UNIT_PATTERN

_ARABIC = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?")
_SCALE = re.compile(r"[十百千]?万亿|[十百千]?[万亿]|千(?![米克瓦卡帕赫伏安焦字])|百(?![分货姓])")
_REST = re.compile(r"([0-9]+(?:\.[0-9]+)?)(万|千|百)?(?![0-9.])")
_MORE = re.compile(r"[多余]|来(?=[个名人位家户年天万亿])")
_PERCENT = re.compile(r" ?[%‰]")
_SHARE = re.compile(r"成(?![为立功员果长本绩都效人品套熟交份型就片年群分名才天])")
_NUMERAL = re.compile(
    r"[零〇○一二三四五六七八九十百千万亿两廿卅壹贰叁肆伍陆柒捌玖拾佰仟]+(?:点[零〇一二三四五六七八九]+[万亿]*)?"
)
_VAGUE = re.compile(r"[数几](?P<tail>[十百千万亿]+)|(?P<teen>[一二三四五六七八九]?十)几(?P<scale>[万亿]?)")
_NEIGHBOURS = re.compile(
    r"(?P<lead>[一二三四五六七八九]?[百十])?(?P<low>[一二三四五六七八九两])(?P<high>[二三四五六七八九])(?P<tail>[十百千]?[万亿]?)"
)
_COUNTED_AFTER_ONE = frozenset(words("小时 个小时 公里 千米 倍 吨 岁 周岁 周年 公斤 等奖 美元"))
_LATIN = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Amount:
    """Numbers ``[low, high]`` at ``[start, end)``. ``more``: 余 or 多 is printed; ``scaled``: so is 万 or 亿."""

    start: int
    end: int
    low: Decimal
    high: Decimal
    unit: str | None = None
    more: bool = False
    scaled: bool = False


def read_amount(text: str, at: int) -> Amount | None:
    """The amount that starts at ``at`` of narrow text, unit included; None where none starts.

    A Chinese numeral counts only with a unit or as a compound of several places: 一些, 十分, 三农 are words.
    """
    return _arabic(text, at) if "0" <= text[at] <= "9" else _chinese(text, at)


def _arabic(text: str, at: int) -> Amount | None:
    match = _ARABIC.match(text, at)
    if match is None:
        return None
    value = arabic_value(match.group())
    return _with_unit(text, _with_scale(text, Amount(at, match.end(), value, value)))


def _with_scale(text: str, amount: Amount) -> Amount:
    """Take in 余, 万 and what follows a scale: 320余万, 1亿3000万, 3万6000."""
    amount = _with_more(text, amount)
    match = _SCALE.match(text, amount.end)
    if match is None:
        return amount
    factor = _scale_value(match.group())
    low, high, end = amount.low * factor, amount.high * factor, match.end()
    rest = _REST.match(text, end)
    if rest is not None and not amount.more:
        added = Decimal(rest[1]) * (_scale_value(rest[2]) if rest[2] else 1)
        if added < factor and "." not in rest[1]:
            low, high, end = low + added, high + added, rest.end()
    return _with_more(text, replace(amount, low=low, high=high, end=end, scaled=True))


def _with_more(text: str, amount: Amount) -> Amount:
    match = None if amount.more else _MORE.match(text, amount.end)
    return amount if match is None else replace(amount, end=match.end(), more=True)


def _scale_value(scale: str) -> Decimal:
    value = Decimal(1)
    for sign in scale:
        value *= MYRIADS[sign] if sign in MYRIADS else STEPS[sign]
    return value


def _with_unit(text: str, amount: Amount) -> Amount:
    percent = _PERCENT.match(text, amount.end)
    if percent is not None:
        per = Decimal(10) if percent.group().endswith("‰") else Decimal(1)
        return replace(amount, end=percent.end(), low=amount.low / per, high=amount.high / per, unit="%")
    share = _SHARE.match(text, amount.end)
    if share is not None and 0 < amount.low <= 10 and not amount.scaled and not _LATIN.match(text, amount.start):
        return replace(amount, end=share.end(), low=amount.low * 10, high=amount.high * 10, unit="%")
    gap = 1 if text.startswith(" ", amount.end) else 0
    unit = UNIT_PATTERN.match(text, amount.end + gap)
    if unit is None or (gap and unit.group().isascii()):
        return amount
    return _with_half(text, replace(amount, end=unit.end(), unit=unit.group()))


_HALF = re.compile(r"半(?![^\W_])|半(?=[以之后前内左的来多就才里间])")
_HALF_INSIDE = re.compile(r"个半(?=小时|月|钟头|星期)")
_HALVED = re.compile(r"(?<![上下前后大过一])半(?P<unit>个?小时|年|天|个月|个世纪)(?![级薪度])")


def _with_half(text: str, amount: Amount) -> Amount:
    """Take in 半 after a span of time: 一年半, 两个半小时."""
    half = Decimal("0.5")
    if amount.unit == "个" and (inside := _HALF_INSIDE.match(text, amount.end - 1)):
        unit = UNIT_PATTERN.match(text, inside.end()) if not text.startswith("月", inside.end()) else None
        end, name = (unit.end(), unit.group()) if unit else (inside.end() + 1, "个月")
        return replace(amount, low=amount.low + half, high=amount.high + half, end=end, unit=name)
    if amount.unit in {"年", "天", "小时"} and (after := _HALF.match(text, amount.end)):
        return replace(amount, low=amount.low + half, high=amount.high + half, end=after.end())
    return amount


def _chinese(text: str, at: int) -> Amount | None:
    halved = _HALVED.match(text, at)
    if halved is not None:
        return Amount(at, halved.end(), Decimal("0.5"), Decimal("0.5"), halved["unit"])
    vague = _vague(text, at) or _neighbours(text, at)
    if vague is not None:
        return vague
    match = _NUMERAL.match(text, at)
    if match is None:
        return None
    raw = match.group()
    try:
        value = chinese_value(raw)
    except ValueError:
        return None  # characters of numerals that make no number (万一, 十四五) are a word
    bare = _with_more(text, Amount(at, match.end(), value, value, scaled=raw[-1] in MYRIADS))
    found = _with_unit(text, _with_scale(text, bare) if bare.more else bare)
    return found if _is_counted(raw, found) else None


def _is_counted(raw: str, amount: Amount) -> bool:
    if amount.unit is not None and amount.unit.isascii() and amount.unit != "%":
        return False
    steps_only = all(sign in STEPS or sign in MYRIADS for sign in raw)
    if amount.unit is None:
        return len(raw) > 1 and not steps_only and any(sign in STEPS or sign in MYRIADS for sign in raw)
    if raw == "一":
        return amount.unit in _COUNTED_AFTER_ONE or amount.more or amount.low != 1
    if raw == "十":
        return amount.unit != "分"
    return not steps_only or len(raw) > 1 or amount.more


def _vague(text: str, at: int) -> Amount | None:
    """数百, 几十万, 十几, 二十几万: a number of which only the size is printed."""
    match = _VAGUE.match(text, at)
    if match is None:
        return None
    if match["teen"]:
        base = chinese_value(match["teen"])
        scale = _scale_value(match["scale"])
        low, high = (base + 1) * scale, (base + 9) * scale
    else:
        size = chinese_value(match["tail"])
        low, high = 2 * size, 9 * size
    return _with_unit(text, _with_more(text, Amount(at, match.end(), low, high, scaled=True)))


def _neighbours(text: str, at: int) -> Amount | None:
    """三五个, 七八百人, 十七八岁, 二三十家: two digits that stand for a range; only with a unit."""
    match = _NEIGHBOURS.match(text, at)
    if match is None:
        return None
    low, high = DIGITS[match["low"]], DIGITS[match["high"]]
    if not (high == low + 1 or (low, high) == (3, 5)) or (match["lead"] and match["tail"][:1] in STEPS):
        return None
    base = chinese_value(match["lead"]) if match["lead"] else Decimal(0)
    place = Decimal(10) if match["lead"] and match["lead"].endswith("百") else Decimal(1)
    scale = _scale_value(match["tail"])
    found = Amount(
        at, match.end(), (base + low * place) * scale, (base + high * place) * scale, scaled=bool(match["tail"])
    )
    found = _with_unit(text, _with_more(text, found))
    return found if found.unit is not None else None
