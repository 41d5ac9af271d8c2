"""What stories are about, in words of their own: a column they stand in, or a word that their headlines share.

A word is a run of characters with changing neighbours on both sides (accessor variety; Feng and others 2004), for a
dictionary would not know the names of the day. Knows nothing of places or of how a digest is written.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rag.models import Article
from rag.text.dates import find_dates
from rag.text.lexicon import words
from rag.text.script import narrow

MIN_STORIES, MIN_ELSEWHERE = 2, 3
"""Stories that must share a subject for it to head a group of its own; more where they share no place."""

MAX_CHARS = 6
MIN_VARIETY = 3
"""Different neighbours a word must have on either side. Two are met by chance in the texts of one page."""

MOST = 0.5
"""A word that more of the stories print than this says nothing about any of them."""

LEAD_CHARS = 120
"""Where a subject is looked for besides the headline: the first sentences."""

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_GENERIC = frozenset(
    words(
        "新闻 客户端 视频 图片 网友 消息 报道 媒体 官方 公告 专家 爱心 社区 市民 居民 "
        "工作 活动 开展 建设 发展 推进 服务 管理 组织 加强 提升 助力 我市 我县 我区 全市 全县 "
        "全区 本报 记者 通讯员 今年 近日 日前 目前 以来 进行 举行 召开 会议 问题 情况 单位 部门 "
        "人员 群众 企业 项目 社会 经济 国家 中国 全国 领导 干部 重点 重要 主要 相关 有关 全面 "
        "积极 进一步 实现 完成 促进 推动 强化 深化 落实 实施 坚持 打造 持续 创新 高质量 举办 "
        "启动 参加 通过 组织开展 表示 要求 公司 我们 他们 自己 一个 一次 作用 机制 制度 措施 "
        "方式 能力 水平 开启 任务 目标 精神 精准 人民 文明 美丽 幸福 温暖 特色 示范 典型 先进 优秀 "
        "质量 效能 提质 增效 赋能 引领 聚力 合力 基层 一线 特别 首个 最大 成功 今天 昨天 正式"
    )
)
"""Words that stand in the headlines of every subject."""
_EDGES = frozenset(
    "的了和与及或在为是有将对把被由从向以于等也都就并而其这那我你他她它们个名位家次条项种上下中前后内外年月日时点"
)


@dataclass(slots=True)
class _Word:
    stories: set[int] = field(default_factory=set)
    headed: set[int] = field(default_factory=set)
    before: set[str] = field(default_factory=set)
    after: set[str] = field(default_factory=set)


def subject_names(articles: Sequence[Article], place: str | None = None) -> list[str | None]:
    """The subject each article belongs under; None for one that shares none with another.

    Args:
        articles: the stories of one group.
        place: what they have in common already; no subject is named by it.
    """
    columns = Counter(article.column_label for article in articles if article.column_label)
    chosen: list[str | None] = [
        article.column_label if article.column_label and columns[article.column_label] >= MIN_STORIES else None
        for article in articles
    ]
    left = {at for at, subject in enumerate(chosen) if subject is None}
    known = {run: word for run, word in _words(articles).items() if not place or _apart(run, narrow(place))}
    least = MIN_STORIES if place else MIN_ELSEWHERE
    while best := _best(known, left, least):
        printed = _printed(best, articles)
        for at in known[best].stories & left:
            chosen[at] = printed
        left -= known[best].stories
    return chosen


def _words(articles: Sequence[Article]) -> dict[str, _Word]:
    """Runs of characters in headlines and leads, with the stories that have them there and their neighbours."""
    found: dict[str, _Word] = defaultdict(_Word)
    for at, article in enumerate(articles):
        heads = {run for text in _heads(article) for run in _runs(text)}
        for run in heads:
            found[run].stories.add(at)
            found[run].headed.add(at)
        for run in _runs(_lead(article)):
            found[run].stories.add(at)
    wanted = {run for run, word in found.items() if len(word.stories) >= MIN_STORIES and word.headed}
    for at, article in enumerate(articles):
        _note_neighbours(found, wanted, narrow(article.text), at)
    return {run: found[run] for run in wanted if _is_word(run, found[run], len(articles))}


def _printed(run: str, articles: Sequence[Article]) -> str:
    """The word as the first headline that has it prints it, in its own script."""
    for article in articles:
        for text in (article.title, article.kicker, article.subtitle):
            at = narrow(text).find(run) if text else -1
            if text and at >= 0:
                return text[at : at + len(run)]
    return run


def _apart(run: str, place: str) -> bool:
    return run not in place and place[:2] not in run


def _heads(article: Article) -> Iterator[str]:
    for text in (article.title, article.kicker, article.subtitle):
        if text:
            yield from narrow(text).splitlines()


def _lead(article: Article) -> str:
    body = next(iter(article.body_spans), (0, len(article.text)))
    text = article.text[body[0] : min(body[1], body[0] + LEAD_CHARS)]
    for date in reversed(find_dates(text)):
        text = text[: date.start] + "|" + text[date.end :]
    return narrow(text)


def _runs(text: str) -> Iterator[str]:
    for stretch in _HAN.findall(text):
        for length in range(2, MAX_CHARS + 1):
            for start in range(len(stretch) - length + 1):
                yield stretch[start : start + length]


def _note_neighbours(found: dict[str, _Word], wanted: set[str], text: str, story: int) -> None:
    for match in _HAN.finditer(text):
        stretch = match.group()
        for length in range(2, MAX_CHARS + 1):
            for start in range(len(stretch) - length + 1):
                run = stretch[start : start + length]
                if run in wanted:
                    # The edge of a stretch is a neighbour of its own: nothing is glued to the word there.
                    end = start + length
                    found[run].before.add(stretch[start - 1] if start else f"|{match.start()}.{story}")
                    found[run].after.add(stretch[end] if end < len(stretch) else f"|{match.end()}.{story}")


def _is_word(run: str, word: _Word, stories: int) -> bool:
    if run in _GENERIC or run[0] in _EDGES or run[-1] in _EDGES:
        return False
    if len(word.stories) > max(MIN_STORIES, MOST * stories):
        return False
    # A piece of longer words varies in its neighbours too, but no clause ends with it.
    stands_free = any("|" in one for one in word.before) and any("|" in one for one in word.after)
    return stands_free and min(len(word.before), len(word.after)) >= MIN_VARIETY


def _best(known: dict[str, _Word], left: set[int], least: int) -> str | None:
    """The word that gathers most of the stories left; a longer one, and one in more headlines, counts more."""
    best: tuple[float, str] | None = None
    for run in sorted(known):
        word = known[run]
        gathered = word.stories & left
        if len(gathered) < least or len(word.headed & left) < least - 1:
            continue
        worth = (len(gathered) + len(word.headed & left)) * (len(run) - 1) ** 0.5
        if best is None or worth > best[0]:
            best = (worth, run)
    return best[1] if best else None
