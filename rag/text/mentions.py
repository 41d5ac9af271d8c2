"""A name found in text, and where a name without spaces around it may begin.

Chinese prints no spaces, so the left edge of a name is the hard part: it is accepted only after punctuation or after a
word that commonly leads to a name (来到, 位于, 记者). Knows nothing of what kinds of names there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rag.text.lexicon import words

NameKind = Literal["person", "place", "organisation", "title", "quoted"]


@dataclass(frozen=True, slots=True)
class NameMention:
    """A name at ``[start, end)`` of the text given; ``text`` is the name as printed there."""

    start: int
    end: int
    text: str
    kind: NameKind


_EDGE_WORDS = frozenset(
    words(
        "申报 上半年 下半年 在 到 由 与 和 及 对 向 从 的 是 于 为 了 将 把 被 让 给 赴 至 往 据 经 自 并 同 以 使 说 "
        "有 或 等 去 进 入 驻 距 离 沿 该 各 请 率 暨 来自 走进 前往 位于 参观 成立 组织 联合 邀请 召开 举办 开展 "
        "通过 根据 以及 包括 其中 目前 近日 记者 本报 通讯员 连日来 家住 推动 打造 成为 加快 建设 支持 帮助 加入 走访 "
        "调研 视察 考察 慰问 指导 督促 推进 针对 围绕 按照 依托 结合 协调 隶属 毕业于 就读 任职 担任 出任 今年 去年 "
        "昨日 昨天 今天 今日 日前 当天 当日 上午 下午 随后 此前 此外 同时 截至 截止 期间 以来 近年 年来 例如 比如 "
        "诸如 如 即 原 时任 现任 以及 并且 而且 还有 还 也 就 都 曾 已 正 又 再 才 只 更 最 被誉为 誉为 称为 名为 叫 "
        "叫做 获 获得 荣获 获评 被评为 服务 入驻 落户 落地 经过 途经 抵达 返回 离开 进入 进驻 深入 赶到 来到 回到 "
        "直奔 转到 发往 运往 设立 新建 新增 建成 建立 创建 创办 筹建 组建 主办 承办 协办 委托 授权 聘请 任命 当选 "
        "出席 参加 主持 带领 率领 陪同 会见 接见 采访 报道 拍摄 发布 公布 印发 出台 制定 颁布 下发 转发 报送 上报 "
        "提交 收购 投资 投入 控股 入股 合并 并购 起诉 举报 处罚 约谈 表彰 授予 命名 认定 评选 推荐 选派 抽调 派出 "
        "派驻 捐赠 捐给 援助 对口 帮扶 结对 介绍 表示 指出 认为 强调 透露 告诉 获悉 了解 发现 看到 听取 要求 希望 "
        "呼吁 宣布 决定 负责 分管 牵头 配合 会同 协同 携手 共同 分别 先后 陆续 相继 持续 不断 积极 主动 充分 切实 "
        "全面 进一步 全国 全省 全市 全县 全区 我省 我市 我县 我区 本市 本县 本区 我国 国家"
    )
)
"""Words after which a name may begin. Function words and newspaper verbs; none of them ends a place name as a rule."""
_EDGE_LENGTHS = sorted({len(word) for word in _EDGE_WORDS}, reverse=True)


def is_han(character: str) -> bool:
    """Whether the character is a Chinese ideograph."""
    return "\u3400" <= character <= "\u9fff" or "\U00020000" <= character <= "\U000323af"


_INSIDE_WORDS = {
    "经": "济开营验典贸",
    "和": "浩平谐硕田静县林",
    "向": "心阳力日",
    "任": "务区职何期",
    "为": "民",
    "以": "上下内外",
    "同": "心志学济",
    "有": "限关效色机",
    "进": "步出",
    "给": "水",
    "使": "用命",
    "对": "象",
    "自": "治然来贸",
    "由": "来",
    "正": "定阳宁安",
    "等": "级",
    "都": "江匀昌市",
    "并": "州",
    "将": "乐",
    "入": "口",
    "如": "东皋",
    "即": "墨",
    "到": "位",
    "及": "时格",
    "从": "化江业",
    "于": "都洪田",
    "建设": "集路局镇",
    "沿": "河滩海江",
    "获": "嘉",
    "离": "石",
    "服务": "中站队窗大业区",
    "指导": "站员",
    "工作": "站室",
}
"""An edge word that, with one of these right after it, begins or fills another word (经济, 和平) and is no edge."""


def begins_after_edge(shown: str, at: int) -> bool:
    """Whether a name may begin at ``at`` of narrow text: nothing, no ideograph, or an edge word stands before it."""
    if at == 0 or not (is_han(shown[at - 1]) or shown[at - 1].isalnum()):
        return True
    following = shown[at : at + 1]
    words = (shown[max(0, at - length) : at] for length in _EDGE_LENGTHS)
    return any(word in _EDGE_WORDS and not (following and following in _INSIDE_WORDS.get(word, "")) for word in words)


def edge_before(shown: str, end: int, max_chars: int, floor: int = 0) -> int | None:
    """Where the name that ends at ``end`` begins: walk left to the first edge.

    Args:
        shown: narrow text.
        end: end of the name (before its suffix).
        max_chars: give up, as unclear, where no edge comes within so many characters.
        floor: a position that counts as an edge (the end of the name before).

    Returns:
        The start, ``end`` itself where an edge stands right there, None where it stays unclear.
    """
    for start in range(end, max(floor, end - max_chars) - 1, -1):
        if start == floor or begins_after_edge(shown, start):
            return start
    return None


def without_overlap(mentions: Iterable[NameMention]) -> list[NameMention]:
    """In reading order; where two overlap the one that begins first, then the longer one, stays."""
    kept: list[NameMention] = []
    for mention in sorted(mentions, key=lambda mention: (mention.start, -mention.end)):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


_NUMERAL = "[0-9零〇○一二三四五六七八九十廿]"
_DATE_AHEAD = re.compile(
    rf"(?:{_NUMERAL}{{4}}年)?(?:(?:{_NUMERAL}{{1,2}}|正|腊)月(?:份|底|初|[上中下]旬)?(?:初?{_NUMERAL}{{1,3}}[日号]?)?)"
    rf"|{_NUMERAL}{{4}}年度?|(?<!{_NUMERAL}){_NUMERAL}{{1,3}}日(?![报用])"
)
"""A date right before a name is no part of it: 七月七日某某学校."""


def without_dates(shown: str) -> str:
    """The text with dates blanked out by commas, one for each character."""
    return _DATE_AHEAD.sub(lambda hit: "," * len(hit.group()), shown)
