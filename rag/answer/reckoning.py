"""Questions that compare or add up: how much more, which is more, how many together; each asks for its sides' figures.

Text in, text out. Knows nothing of evidence and does no arithmetic.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rag.answer.coordinates import made_whole, parted
from rag.text.dates import find_dates

Operation = Literal["difference", "sum", "more"]

_COUNT = r"(?:多少|几|幾|百分之几)"
_SCALE = r"[多少大小高低长長短快慢重轻輕远遠强强]"
_AGAINST = re.compile(
    rf"(?P<scene>[^?？]*[,，])?(?P<one>[^,，?？]{{2,}}?)(?:比|較|较)(?P<other>[^,，?？]{{1,30}}?)(?P<attr>的[^,，?？的]{{1,6}})?[,，]?(?:要|还|還)?(?<![提增降升减減加扩缩拔调])(?P<scale>{_SCALE})(?:出|了)*"
    rf"(?P<count>{_COUNT})(?P<unit>[^,，?？]*)[?？]?$"
)
_APART = re.compile(
    rf"(?P<names>[^?？]{{4,}}?)(?:的?差距(?:有|是)?|相差了?|[之间]*差了?)(?P<count>{_COUNT})(?P<unit>[^,，?？]*)[?？]?$"
)
_TOGETHER = re.compile(
    rf"(?P<names>[^?？]{{4,}}?)[,，]?(?:一共|总共|總共|合计|合計|共计|共計|总计|加起来|加起來|(?<![公中总])共(?=[^,，?？]{{0,5}}{_COUNT}))"
    rf"(?P<verb>[^,，?？]{{0,5}}?)(?P<count>{_COUNT})(?P<unit>[^,，?？]*)[?？]?$"
)
_WHICH = re.compile(
    rf"(?P<names>[^?？]{{4,}}?)[,，]?(?P<on>[^,，?？、的]{{2,4}}[上方面]+)?"
    rf"(?:谁|誰|哪[一]?[个個家边邊方处處位项項所座类類种種样](?:[^的,，?？]{{1,3}}的(?=[^,，?？更最较較]))?)"
    rf"(?:的)?(?P<attr>(?![更最较較]|比[较較])[^,，?？]{{1,8}}?)?的?(?:更|最|比较|比較|较|較)?(?P<scale>{_SCALE}|早|晚)(?:一些|些|一点)?[?？]?$"
)
_ALIKE = re.compile(r"(?P<names>[^?？]{4,}?)(?:相比|比起来|比較|比较)[,，]?(?:怎样|怎么样|如何|怎樣|结果如何)[?？]?$")
_SIDE_BY_SIDE = re.compile(
    r"(?:相比(?:较|之下)?|比起来|比起來|对比|對比|两者|二者|之间|之間)[,，]?(?=.*(?:哪|谁|誰|差))"
)
_MEASURE = re.compile(
    r"(?:[率比量额額数數价價值费費]|投资|投資|收入|面积|面積|比例|金额|金額|年龄|时间|工资|成本|产值|长度|高度)$"
)
_NOT_A_SIDE = re.compile(r"去年|上年|前年|同期|上月|上个月|以前|以往|原来|之前|平均|往年|计划|预期|预计|标准|规定")
_GREATER = {"少": "多", "小": "大", "低": "高", "短": "长", "長": "长", "轻": "重", "輕": "重", "晚": "早", "慢": "快"}
MOST_SIDES = 3


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What is to be worked out: one question for the figure of each side, and how the asker calls it.

    ``greater`` is the word for the greater side on the scale the question names (多, 高, 长, 早 …).
    """

    operation: Operation
    sides: tuple[str, ...]
    labels: tuple[str, ...]
    greater: str = "多"


def reckoning_of(question: str) -> Reckoning | None:
    """How a question compares or adds up; None where it does not, or names fewer than two sides of its own.

    比去年多多少 and the like ask for a figure that newspapers print: those are no reckoning.
    """
    text = _SIDE_BY_SIDE.sub("", question.strip())
    if found := _AGAINST.search(text):
        return _against(found)
    if found := _APART.search(text):
        return _of("difference", _names(found["names"]), f"有{found['count']}{found['unit']}")
    if found := _TOGETHER.search(text):
        return _of("sum", parted(found["names"]), f"{found['verb'] or '有'}{found['count']}{found['unit']}")
    if found := _WHICH.search(text):
        return _which(found)
    found = _ALIKE.search(question.strip())
    return _of("more", parted(found["names"]), "是多少") if found else None


def _names(text: str) -> list[str]:
    return parted(re.sub(r"(?:的(?:数量|人数)|之间)$", "", text))


def _against(found: re.Match[str]) -> Reckoning | None:
    one, other, attr = found["one"], found["other"], found["attr"] or ""
    dated = bool(find_dates(one))
    if _NOT_A_SIDE.search(other) or (find_dates(other) and not dated):
        return None
    head = "的" + one.rpartition("的")[2] if "的" in one and _MEASURE.search(one) else ""
    if head and "的" not in other and not _MEASURE.search(other):
        sides = [one, made_whole([one.removesuffix(head), other])[1] + head]
    else:
        sides = made_whole([one + attr if attr and "的" not in one else one, other + attr])
    asks = "是多少" if head and not found["unit"] else f"有{found['count']}{found['unit']}"
    return _of("difference", [(found["scene"] or "") + side for side in sides], asks, found["scale"])


def _which(found: re.Match[str]) -> Reckoning | None:
    names = parted(found["names"])
    attr = found["attr"] or re.sub(r"[上方面]+$", "", found["on"] or "")
    if found["scale"] in "早晚":
        return _of("more", names, "是什么时候", "早")
    if attr and _MEASURE.search(attr):
        return _of("more", names, f"的{attr}是多少", found["scale"])
    if attr:
        return _of("more", names, f"{attr}有多少", found["scale"])
    measured = bool(names) and all(_MEASURE.search(name) for name in names)
    return _of("more", names, "是多少" if measured else "有多少", found["scale"])


def _of(operation: Operation, names: list[str], asks: str, scale: str = "多") -> Reckoning | None:
    if not 2 <= len(names) <= MOST_SIDES:
        return None
    return Reckoning(operation, tuple(name + asks for name in names), tuple(names), _GREATER.get(scale, scale))
