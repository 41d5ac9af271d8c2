"""False words: a negation put in or left out, a direction turned round."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from evals.altered.edit import Source
from rag.text.lexicon import words

_DROPPED = re.compile(
    r"(?:并未|尚未|没有|未能|并不|不再|不会|不能|未|不(?=[是会能再允愿符同存属接需]))(?=[\u4e00-\u9fff]{2})"
)
_NO_WORD = re.compile(r"不(?:同的?|断|仅|少|久|过|但|论|足|到|一)|未来|不会儿")
_VERBS = words(
    "举行 举办 召开 开展 参加 出席 完成 发现 发布 公布 启动 通过 获得 达到 采取 提供 支持 同意 允许 宣布 "
    "发生 建成 投入 实现 "
    "收到 签署 批准 承认 造成 涉及 决定"
)
_NEGATED = re.compile("|".join(_VERBS))
_BEFORE = re.compile(r"(?:[不未没有无将的已可以了个]|经|能|会|所)$")
_AFTER_NOUN = re.compile(r"[的者会量力度]|[，。、]|方|金|仪")
OPPOSITES = words(
    "增长|下降 上升|下降 增加|减少 上涨|下跌 提高|降低 扩大|缩小 超过|不足 高于|低于 多于|少于 提前|推迟 "
    "加快|放缓 回升|回落 改善|恶化 "
    "盈利|亏损 进口|出口 允许|禁止 支持|反对 同意|拒绝 成功|失败 最高|最低 最大|最小 最多|最少 首次|再次 "
    "上午|下午 同比|环比 国内|国外 "
    "买入|卖出 上调|下调 开放|关闭 加强|削弱 领先|落后 上半年|下半年 东部|西部 南部|北部 收紧|放宽 强|弱 胜|"
    "负 利好|利空 升高|降低 "
    "流入|流出 恢复|中断 通过|否决 可以|不得 走强|走弱 涨|跌 早于|晚于 前|后 升|降 增产|减产 线上|线下 新增|"
    "减少 优于|劣于 公开|秘密"
)
_SINGLE = re.compile(r"(?<=[^\u4e00-\u9fff])[涨跌升降](?=[0-9])|(?<=同比)[涨跌升降增减](?=[0-9])")


def negation_added(source: Source, random: Random) -> Iterator[str]:
    """没有, 未 or 并未 before a verb."""
    sentence = source.sentence
    for hit in random.sample(hits := list(_NEGATED.finditer(sentence)), len(hits)):
        if not _BEFORE.search(sentence[: hit.start()]) and not _AFTER_NOUN.match(sentence, hit.end()):
            yield sentence[: hit.start()] + random.choice(("没有", "未", "并未")) + sentence[hit.start() :]


def negation_dropped(source: Source, random: Random) -> Iterator[str]:
    """A sign of negation left out."""
    sentence = source.sentence
    for hit in random.sample(hits := list(_DROPPED.finditer(sentence)), len(hits)):
        if _NO_WORD.match(sentence, hit.start()) is None:
            yield sentence[: hit.start()] + sentence[hit.end() :]


def other_direction(source: Source, random: Random) -> Iterator[str]:
    """A word of direction or degree for its opposite."""
    made = []
    for pair in OPPOSITES:
        for said, put in (pair.split("|"), pair.split("|")[::-1]):
            if len(said) > 1 and said in source.sentence and put not in source.sentence:
                made.append(source.sentence.replace(said, put, 1))
    for hit in _SINGLE.finditer(source.sentence):
        put = {"涨": "跌", "跌": "涨", "升": "降", "降": "升", "增": "减", "减": "增"}[hit.group()]
        made.append(source.sentence[: hit.start()] + put + source.sentence[hit.end() :])
    yield from random.sample(made, len(made))
