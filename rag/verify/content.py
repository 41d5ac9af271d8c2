"""How much of a claim's wording stands in a text: pairs of characters, minus words that carry no fact.

Figures are left out here (they are checked by value). A few families of words that newspapers use for the same act or
relation count as one. Knows nothing of verdicts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rag.mapping import Span
from rag.text.lexicon import words
from rag.text.normalise import fold, fold_mapped
from rag.text.rates import find_per
from rag.verify.reading import figures_in, narrowed

_NEUTRAL = re.compile(
    "|".join(
        sorted(
            words(
                "的 了 是 在 和 与 及 以及 等 为 于 由 对 将 把 被 让 给 从 向 到 至 也 都 并 并且 而 而且 或 该 此 "
                "其 这 那 之 所 就 还 又 有 共有 共 共计 总计 合计 累计 一共 总共 达 达到 约 大约 左右 余 多 个 名 位 "
                "家 据悉 据了解 据统计 据介绍 目前 近日 日前 当前 现 现有 已 已经 曾 来 期间 表示 指出 称 说 认为 "
                "强调 介绍 记者 本报讯 本报 进行 以 其中 同时 此外 另外 分别 中 上 下 里 内 后 前 时 文章 报道 提到 "
                "显示 根据 关于 则 均 各 他 她 它 他们 着 过 地 得 很 较 比 按 按照 通过 用 作 作为 做 成 成为 使 "
                "使得 即 以来 因 因为 如 如何 哪 谁 人 者 每 还要 既是 既 仍 仍然 皆 总 如今 一起 一同"
            ),
            key=len,
            reverse=True,
        )
    )
)
"""Function words, reporting words and words of counting: a claim may add or drop them without saying anything else."""

_SYNONYMS = (
    "举行 举办 召开 开展 组织 进行",
    "增长 增加 上升 提高 提升 上涨",
    "下降 减少 降低 下滑 回落",
    "建设 建立 建成 兴建 修建 新建",
    "成立 设立 组建 创建 创办 建立",
    "打造 锻造 塑造 构建 建设",
    "获得 荣获 获评 取得 拿到",
    "参加 参与 出席 加入",
    "表示 指出 强调 说 称 介绍 认为",
    "发放 下发 发给",
    "提供 给予 发放",
    "企业 公司 厂家",
    "共有 拥有 现有 共计 总计 总数",
    "担任 出任 任职 任",
    "来到 前往 赴 走进 到",
    "帮助 帮 协助 助",
    "解决 化解 处理 办结",
    "印发 发布 出台 制定 下发 公布",
    "检查 督查 巡查 排查",
    "去世 逝世 牺牲",
    "年龄 岁",
    "投资 总投资 投入",
    "调研 考察 视察",
    "主持 主持召开",
    "负责 主管",
    "名称 名为 叫做 叫 名叫",
    "启动 开始 开启",
    "完成 竣工 建成",
    "覆盖 涵盖",
    "入选 列入 获批",
    "比例 比率 占比 率",
    "数量 总数 总量",
    "位于 地处 坐落",
    "超过 超出 突破 逾 高于 多于",
    "低于 少于 不及 不如",
    "战胜 击败 打败 力克 险胜 完胜 胜",
    "负于 不敌 输给 败给 惜败",
    "安装 装设 配备 装",
    "家住 住在 居住",
    "捐赠 捐献 捐",
    "签约 签订 签署",
    "排名 位居 居 位列",
    "针对 面向 对",
    "全部 所有 全体",
    "利用 运用 使用",
    "时间 时候",
    "能够 可以 能 可",
    "儿童 孩子 小孩 孩童",
    "群众 民众 百姓 老百姓 市民",
    "医生 医师 大夫",
    "购买 购置 买 采购 选购",
    "共同 一起 一同 联合 携手",
    "立即 马上 立刻 随即",
    "导致 造成 引发 致使",
    "前往 赶往 赴 奔赴",
    "夏天 夏季 夏日",
    "学生 同学 学子",
    "民宿 客栈",
    "遇难 死亡 身亡 丧生",
    "抓获 抓捕 逮捕 捕获",
    "发布 公布 公开 发表",
    "以后 之后 后来",
    "古稀 七旬",
    "花甲 六旬",
    "自费 自掏腰包 自己花钱 自己出钱",
    "回绝 拒绝 谢绝 没有答应 没有同意 没答应 没同意",
    "从事 干 做",
)
"""Families of words that stand for each other in news prose. Opposites are never in one family."""


@lru_cache(maxsize=1)
def _families() -> tuple[tuple[str, ...], ...]:
    return tuple(words(family) for family in _SYNONYMS)


_FIGURE = "\ue000"
"""Stands for each character of a figure: carries no content and makes no pair."""


def is_neutral(text: str) -> bool:
    """Whether the text is made of words that carry no fact."""
    return not _NEUTRAL.sub("", text)


def same_family(first: str, second: str) -> bool:
    """Whether two words stand for each other in news prose."""
    return any(first in family and second in family for family in _families())


def pairs(text: str) -> set[str]:
    """Neighbouring characters of folded text."""
    return {text[at : at + 2] for at in range(len(text) - 1)}


class Wording:
    """The wording of some texts: their pairs of characters, and those of words of the same family."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.text = "\n".join(fold(text) for text in texts)
        self.pairs = pairs(self.text)
        for family in _families():
            if any(word in self.text for word in family):
                self.pairs.update(pair for word in family for pair in pairs(word))

    def holds(self, text: str, at: int) -> bool:
        """Whether the character at ``at`` of folded ``text`` stands here together with a neighbour of it."""
        return text[at : at + 2] in self.pairs or (at > 0 and text[at - 1 : at + 1] in self.pairs)


@lru_cache(maxsize=4096)
def wording_of(text: str) -> Wording:
    """The wording of one text, kept, since a sentence is compared with many claims."""
    return Wording([text])


@dataclass(frozen=True, slots=True)
class Content:
    """Folded text and which of its characters carry content, figures and empty words aside.

    ``positions`` lead from folded characters back to those of ``source``, the text as given.
    """

    text: str
    carries: tuple[bool, ...]
    source: str
    positions: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Content:
        """Read a claim or clause."""
        return _content_of(text)

    @classmethod
    def _read(cls, text: str) -> Content:
        figures = figures_in(text)
        spans = [(figure.start, figure.end) for figure in figures]
        per = find_per(narrowed(text)) if any(figure.per for figure in figures) else []
        found = cls._without(text, [*spans, *per])
        # What a figure holds per unit is checked with the figure, unless the claim says nothing else.
        return found if found.size or not per else cls._without(text, spans)

    @classmethod
    def _without(cls, text: str, spans: Iterable[Span]) -> Content:
        shown = list(text)
        for start, end in spans:
            shown[start:end] = _FIGURE * (end - start)
        found = fold_mapped("".join(shown))
        folded = found.text
        carries = [character.isalnum() for character in folded]
        for match in _NEUTRAL.finditer(folded):
            carries[match.start() : match.end()] = [False] * (match.end() - match.start())
        return cls(folded, tuple(carries), text, found.positions)

    @property
    def size(self) -> int:
        """Number of characters that carry content."""
        return sum(self.carries)

    def missing(self, wording: Wording) -> list[int]:
        """Positions of content characters that the wording does not hold."""
        return [at for at, carries in enumerate(self.carries) if carries and not wording.holds(self.text, at)]

    def coverage(self, wording: Wording) -> float:
        """Share of content characters held, in [0, 1]; 1.0 without content."""
        return 1.0 - len(self.missing(wording)) / self.size if self.size else 1.0

    def missing_words(self, wording: Wording) -> list[str]:
        """Stretches of the source of which the wording lacks two characters in a row or more, longest first.

        Empty words that touch a stretch belong to it, so that what is told can be read (专家称, not 专).
        """
        missing = set(self.missing(wording))
        runs: list[list[int]] = []
        for at in sorted(missing):
            if runs and at == runs[-1][-1] + 1:
                runs[-1].append(at)
            else:
                runs.append([at])
        return sorted(
            dict.fromkeys(self._readable(run[0], run[-1] + 1, missing) for run in runs if len(run) > 1),
            key=len,
            reverse=True,
        )

    def _readable(self, low: int, high: int, missing: set[int]) -> str:
        while low > 0 and self._joins(low - 1, missing):
            low -= 1
        while high < len(self.text) and self._joins(high, missing):
            high += 1
        return self.source[self.positions[low] : self.positions[high - 1] + 1].strip()

    def _joins(self, at: int, missing: set[int]) -> bool:
        return at in missing or (not self.carries[at] and "\u4e00" <= self.text[at] <= "\u9fff")


@lru_cache(maxsize=4096)
def _content_of(text: str) -> Content:
    return Content._read(text)
