"""Who does what to whom: a claim with both names of its evidence, but in each other's place.

Reads a clause as agent, verb and patient: plain (甲打败乙), passive (乙被甲打败), with a preposition (甲把乙打败), or
told from the other side (乙不敌甲, 乙低于甲). Works from a list of verbs with two unlike sides; the sides are compared
by the words they share, so names need not be known as such. Knows nothing of figures or negation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.mapping import Span
from rag.text.lexicon import words
from rag.text.normalise import fold
from rag.verify.findings import Finding
from rag.verify.reading import clauses_in, figures_in, narrowed

_VERBS = words(
    "任命 提拔 罢免 免去 批评 表扬 表彰 嘉奖 访问 拜访 走访 看望 慰问 会见 接见 打伤 打死 殴打 杀害 杀死 刺伤 "
    "砍伤 咬伤 撞伤 撞死 撞倒 起诉 状告 控告 指控 举报 投诉 诬告 诽谤 击毙 抓获 逮捕 拘留 审问 收购 并购 兼并 "
    "控股 投资 资助 救助 救起 救出 搭救 抢救 照顾 照料 赡养 抚养 收养 领养 陪同 接替 取代 顶替 接任 指导 教导 "
    "培养 培训 领导 指挥 管辖 管理 监督 检查 督查 约谈 问责 处罚 邀请 聘请 聘任 雇佣 雇用 委托 授权 推荐 选派 "
    "派遣 感谢 欢迎 支援 援助 帮扶 帮助 支持 反对 质疑 反驳 回应 威胁 欺骗 诈骗 敲诈 勒索 抢劫 袭击 攻击 入侵 "
    "占领 制裁 追赶 追上 反超 逆转 淘汰 影响 导致 引发 造成 吸引 包围 环绕 承包 租给 卖给 借给 还给 送给 捐给 "
    "赠给 交给 转让给 支付给 移交给 出租给 转给 赔偿 补偿 告诉 通知 催促 采访 揭发 检举 解雇 开除 辞退 娶"
)
"""Verbs whose two sides are not alike; 会谈, 合作 or 相邻 are, and are left out."""
_FACING = (
    (
        "高于 多于 大于 超过 超出 优于 好于 强于 胜过 领先于 早于 快于|"
        "低于 少于 小于 不及 不如 逊于 劣于 差于 弱于 落后于 晚于 慢于"
    ),
    "战胜 击败 打败 险胜 完胜 大胜 力克 力压 轻取 横扫 胜|负于 不敌 惜败 惨败 败给 败于 输给 负",
    "隶属于 隶属 从属于|下辖 管辖",
)
"""Pairs of verbs that tell one relation from its two sides."""
_SCALED = 0
"""Index in ``_FACING`` of the comparisons: their kinds (早, 多) must be the same."""
_KINDS = dict(
    zip(
        words("高于 多于 大于 超过 超出 优于 早于 快于 低于 少于 小于 晚于 慢于"),
        "高多大高高优早快高多大早快",
        strict=True,
    )
)
_ALIKE = frozenset("高多大")
"""高于, 多于 and 大于 may be said of one value; 早于 and 快于 may not."""

_GUARDS = {
    "胜": r"(?<![名利优取获全])胜(?![利诉出任地过])",
    "负": r"(?<![担肩胜欠自])负(?![责债担荷面有伤于])",
    "娶": "娶",
}
_PASSIVE = re.compile(r"被|遭到?|由|受到?|获得?|得到")
_NO_PASSIVE = re.compile(r"理由|自由|由于|由此|遭遇|获悉|获知|接受|受益|受众|感受|受灾|享受|难受|由来|受理|受访|获批")
_AHEAD = re.compile(r"把|将|对|向|给|为")
_NO_AHEAD = re.compile(
    r"将[于在要会]|即将|对于|对面|认为|成为|因为|作为|为了|面向|方向|针对|对手|较为|行为|人为|称为|为期|对口"
)
_ALWAYS_PASSIVE = re.compile(r"被|遭到?|由")
MIN_SHARED_CHARS = 2
"""A side is recognised by this many characters in a row."""


@dataclass(frozen=True, slots=True)
class Relation:
    """``agent`` does ``verb`` to ``patient`` (folded clause texts); ``family`` names verbs that agree, at ``span``.

    ``turned``: the verb tells the relation from the patient's side (不敌, 低于).
    """

    family: str
    agent: str
    patient: str
    verb: str
    span: Span
    clause: str
    turned: bool


@lru_cache(maxsize=1)
def _families() -> tuple[re.Pattern[str], dict[str, tuple[str, bool]]]:
    """The pattern of all verbs, and for each its family and whether its sides are turned round."""
    known = {verb: (verb, False) for verb in _VERBS}
    for at, line in enumerate(_FACING):
        for turned, pole in enumerate(line.split("|")):
            known.update({verb: (_kind(at, verb), bool(turned)) for verb in words(pole)})
    longest_first = sorted(known, key=len, reverse=True)
    return re.compile("|".join(_GUARDS.get(verb, verb) for verb in longest_first)), known


def _kind(at: int, verb: str) -> str:
    kind = _KINDS.get(verb, "高") if at == _SCALED else ""
    return f"#{at}{'高' if kind in _ALIKE else kind}"


def check_order(claim: str, quoted: Sequence[str]) -> list[Finding]:
    """Relations of the claim that the evidence states with the two sides exchanged, and never as claimed."""
    told = [relation for text in quoted for relation in relations_in(text)]
    findings: list[Finding] = []
    for relation in relations_in(claim):
        same = [other for other in told if other.family == relation.family]
        crossed = [other for other in same if _crossed(relation, other)]
        if crossed and not any(_agrees(relation, other) for other in same if other not in crossed):
            findings.append(Finding("unsupported", f"“{relation.clause}”：原文中谁对谁相反（“{crossed[0].clause}”）"))
        elif _mixed(relation, same):
            findings.append(Finding("partial", f"“{relation.clause}”：原文没有这样说，双方各有对手"))
    return findings


def _mixed(claimed: Relation, told: Sequence[Relation]) -> bool:
    """甲 beats 乙 and 丙 beats 丁 in the evidence, 甲 beats 丁 in the claim."""
    agents = {id(other) for other in told if _moved(claimed.agent, claimed.patient, other.agent, other.patient)}
    patients = {id(other) for other in told if _moved(claimed.patient, claimed.agent, other.patient, other.agent)}
    both_sides = all(other.agent and other.patient for other in told)
    return bool(agents and patients and both_sides) and not agents & patients


def told_from_other_side(claim: str, quoted: Sequence[str]) -> dict[Span, str]:
    """Verbs of the claim for which the evidence has the facing verb (低于 for 高于), its sides turned too.

    Returns:
        The span of each in the claim, and the evidence's verb.
    """
    told = [relation for text in quoted for relation in relations_in(text)]
    return {
        relation.span: other.verb
        for relation in relations_in(claim)
        for other in told
        if other.family == relation.family and other.turned != relation.turned and _agrees(relation, other)
    }


@lru_cache(maxsize=2048)
def relations_in(text: str) -> tuple[Relation, ...]:
    """The relations of a text, clause by clause."""
    shown = narrowed(text)
    return tuple(
        relation
        for start, end in clauses_in(shown)
        for relation in _of_clause(shown[start:end].rstrip(" ,.:;。!?"), start)
    )


def _of_clause(clause: str, offset: int) -> Iterator[Relation]:
    pattern, known = _families()
    for hit in pattern.finditer(clause):
        family, turned = known[hit.group()]
        sides = _sides(clause, hit.start(), hit.end())
        if sides is None:
            continue
        agent, patient = (fold(side) for side in (reversed(sides) if turned else sides))
        span = (offset + hit.start(), offset + hit.end())
        yield Relation(family, agent, patient, hit.group(), span, clause, turned)


def _sides(clause: str, start: int, end: int) -> tuple[str, str] | None:
    """Agent and patient as printed around the verb at ``[start, end)``."""
    left, right = clause[:start], clause[end:]
    passive = _last(_PASSIVE, _NO_PASSIVE, left)
    if passive is not None:
        before, between = left[: passive[0]], left[passive[1] :]
        if between and (before or right):
            return between, before + "\n" + right
        if not between and _ALWAYS_PASSIVE.fullmatch(left[passive[0] :]):
            return None  # 被任命: nobody is named who did it
    ahead = _last(_AHEAD, _NO_AHEAD, left)
    if ahead is not None and left[ahead[1] :]:
        return left[: ahead[0]], left[ahead[1] :] + "\n" + right
    return left, right


def _last(pattern: re.Pattern[str], never: re.Pattern[str], text: str) -> Span | None:
    taken = [hit.span() for hit in never.finditer(text)]
    spans = [hit.span() for hit in pattern.finditer(text)]
    free = [span for span in spans if not any(low <= span[0] < high for low, high in taken)]
    return free[-1] if free else None


def _crossed(claimed: Relation, told: Relation) -> bool:
    """Whether a word of each side of the claim stands only on the other side of the evidence."""
    return _moved(claimed.agent, claimed.patient, told.patient, told.agent) and _moved(
        claimed.patient, claimed.agent, told.agent, told.patient
    )


def _agrees(claimed: Relation, told: Relation) -> bool:
    return _moved(claimed.agent, claimed.patient, told.agent, told.patient) and _moved(
        claimed.patient, claimed.agent, told.patient, told.agent
    )


def _moved(side: str, across: str, told_side: str, told_across: str) -> bool:
    """Whether some word of ``side`` (not in ``across``) stands in ``told_side`` and not in ``told_across``.

    A side of one character (狗, 他) must be the whole of the other.
    """
    size = MIN_SHARED_CHARS
    if len(side.strip("了过着\n")) == 1:
        return side.strip("了过着\n") == told_side.strip("了过着\n")
    return any(
        word in told_side and word not in across and word not in told_across and word.isalpha() and not figures_in(word)
        for word in (side[at : at + size] for at in range(len(side) - size + 1))
    )
