"""Yes against no, more against less: negation and opposite words of a claim against its evidence.

Works from word lists: scales of opposites and signs of negation with the words in which they negate nothing (不断, 未来).
Knows nothing of figures or names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rag.text.lexicon import words
from rag.text.script import narrow
from rag.verify.findings import Finding
from rag.verify.slots import match, slots_of

_SCALES = (
    "增长 增加 上升 提高 提升 上涨 增多 扩大 回升 攀升 递增 增强 增大 加大 升高|"
    "下降 减少 降低 下滑 下跌 减弱 缩小 回落 递减 缩减 压缩 减小 削减 跌落",
    "高于 多于 大于 超过 超出 以上|低于 少于 小于 不足 不到 以下 不超过",
    "首次 第一次|再次 又一次 第二次|末次 最后一次",
    "最高|最低",
    "最大|最小",
    "最多|最少",
    "最早|最晚",
    "上半年|下半年|全年",
    "上旬|中旬|下旬",
    "上午|下午|晚上|凌晨",
    "去年|今年|明年|前年",
    "同比|环比",
    "国内|国外 境外 海外",
    "进口|出口",
    "盈利|亏损",
    "支持 赞成 同意|反对 拒绝",
    "允许 可以|禁止 不得 严禁 不准",
    "必须 应当|无需 无须 不必",
    "国家级|省级|市级|县级|区级",
    "成功|失败 未果",
    "增产|减产 绝收",
    "开放|关闭 封闭",
    "提前|推迟 延期 延后 延迟",
    "加强 强化|削弱 弱化 放松",
    "加快 加速|放缓 减缓 放慢",
    "改善 好转|恶化",
    "严格 从严|宽松 放宽",
    "启用|停用 废止",
    "成立 设立 组建|撤销 解散",
    "开工|停工 完工 竣工",
    "单独|联合 共同",
    "专职|兼职",
    "全部 所有 全体|部分 少数|多数 大多数",
    "免费|收费 付费 有偿",
    "公开|秘密 保密 不公开",
    "有效|无效",
    "收入|支出",
    "东部|西部|南部|北部|中部",
    "男性 男子|女性 女子",
    "优于 好于|劣于 差于",
    "领先|落后 垫底",
    "流入 引进|流出 外流",
    "吸收 接收|排出 拒收",
    "参加 出席|缺席",
    "批准 通过|否决 驳回",
    "签订 签约|解约 终止",
    "拆除|新建 修建",
    "密切|疏远",
    "主动|被动",
    "线上 网上|线下",
    "新增 纳入|退出 减去 清退",
    "事前|事后|事中",
    "会前|会后",
    "长期|短期 临时",
    "定期|不定期",
)
"""Each line is a scale, its poles parted by |; a word of one pole contradicts one of another in the same place."""

_SIGNS = re.compile(
    r"并未|尚未|从未|未曾|未能|没有|没能|并非|不是|不再|不曾|不能|不会|不可|不得|不准|无法|无需|拒绝|未|没|不|无|非|零"
)
_NOT_NEGATION = re.compile(
    r"不断|不仅|不少|不同|不久|不过|不但|不管|不论|不足|不到|不超过|不低于|不少于|不高于|不大于|不等|不懈|不惧|不怕|不时|不禁|不愧|不忘|不畏|不惜|不凡|"
    r"不错|不一|不止|不仅仅|不得不|不能不|不妨|不料|不定|不顾|不怠|不遗余力|不打招呼|不可或缺|不可分割|不计|不变|不适|不便|不良|不法|不易|"
    r"未来|未必|未婚|无论|无私|无缝|无人机|无线|无偿|无穷|无限|无声|无数|无比|无疑|无愧|无锡|无为|无惧|无畏|无微不至|无死角|"
    r"非常|非公|非遗|非凡|非机动|非法|非洲|非物质|非营利|除非|莫非|是非|零售|零件|零部件|零散|零食|零工|零碎|零距离|没收|埋没|沉没|出没"
)
_SKIP = frozenset("的了过有能会再曾得被予以出要")
HEAD_CHARS = 2
"""What a negation negates is recognised by this many characters after it."""
SCALE_FLOOR = 0.35
SCALE_MARGIN = 0.25


@lru_cache(maxsize=1)
def _scales() -> tuple[tuple[re.Pattern[str], dict[str, int]], ...]:
    read = []
    for line in _SCALES:
        poles = {word: at for at, pole in enumerate(line.split("|")) for word in words(pole)}
        longest_first = sorted(poles, key=len, reverse=True)
        read.append((re.compile("|".join(longest_first)), poles))
    return tuple(read)


def check_opposites(claim: str, evidence: Sequence[str]) -> list[Finding]:
    """Words of the claim for which the evidence has an opposite in the same surroundings."""
    shown, told = narrow(claim), [narrow(text) for text in evidence]
    findings: list[Finding] = []
    for pattern, poles in _scales():
        spans = [hit.span() for hit in pattern.finditer(shown)]
        if not spans:
            continue
        places = [slot for text in told for slot in slots_of(text, [hit.span() for hit in pattern.finditer(text)])]
        for slot in slots_of(shown, spans):
            pole = poles[slot.value]
            found = match(slot, places, lambda place, pole=pole, poles=poles: poles[place.value] == pole)
            needed = found.agreeing_likeness + SCALE_MARGIN if found.agreeing else SCALE_FLOOR
            if found.rival is not None and found.rival_likeness >= max(SCALE_FLOOR, needed):
                said = claim[slot.start : slot.end]
                findings.append(Finding("unsupported", f"“{said}”与原文“{found.rival.value}”相反或不符"))
    return findings


def check_negation(claim: str, quoted: Sequence[str]) -> list[Finding]:
    """Negations the evidence does not have, and negations of the evidence that the claim leaves out."""
    shown, told = narrow(claim), narrow("\n".join(quoted))
    findings: list[Finding] = []
    for sign, head in _negations(shown):
        if _said(told, head) and not _negated(told, head):
            findings.append(Finding("unsupported", f"“{sign}{head}”：原文没有否定"))
    for sign, head in _negations(told):
        if _said(shown, head) and not _negated(shown, head) and not _plain(told, head):
            findings.append(Finding("unsupported", f"原文是“{sign}{head}”，有否定"))
    return findings


def _masked(text: str) -> str:
    return _NOT_NEGATION.sub(lambda hit: "\ue000" * len(hit.group()), text)


def _negations(text: str) -> list[tuple[str, str]]:
    """Each sign of negation with the first characters it negates; none where nothing follows."""
    found = []
    for hit in _SIGNS.finditer(_masked(text)):
        at = hit.end()
        while at < len(text) and text[at] in _SKIP:
            at += 1
        head = text[at : at + HEAD_CHARS]
        if len(head) == HEAD_CHARS and head.isalpha():
            found.append((hit.group(), head))
    return found


def _said(text: str, head: str) -> bool:
    return head in text


def _negated(text: str, head: str) -> bool:
    return any(other == head for _, other in _negations(text))


def _plain(text: str, head: str) -> bool:
    """Whether the words also stand without a negation."""
    return text.count(head) > sum(other == head for _, other in _negations(text))
