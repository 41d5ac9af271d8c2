"""Names in Chinese text: people, places, organisations, titles in 《》 and quoted terms.

Precision before recall throughout; see ``people`` and ``places``. Spans point into the text given; names are as printed
there, in its own script. Knows nothing of who or what a name refers to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.text.lexicon import words
from rag.text.mentions import NameKind, NameMention, edge_before, without_dates, without_overlap
from rag.text.people import find_people
from rag.text.places import find_places
from rag.text.script import narrow

__all__ = ["NameKind", "NameMention", "find_names", "find_organisations", "find_quoted"]

MAX_QUOTED_CHARS = 30
"""A quotation longer than this, or with an end of sentence inside, is speech rather than a term."""

_TITLE = re.compile(r"《([^《》\n]{1,60})》|〈([^〈〉\n]{1,60})〉")
_QUOTED = re.compile(
    rf"“([^“”\n]{{1,{MAX_QUOTED_CHARS}}})”|「([^「」\n]{{1,{MAX_QUOTED_CHARS}}})」|『([^『』\n]{{1,{MAX_QUOTED_CHARS}}})』"
    rf"|‘([^‘’\n]{{1,{MAX_QUOTED_CHARS}}})’|\"([^\"\n]{{1,{MAX_QUOTED_CHARS}}})\""
)
_SPEECH = re.compile(r"[。！？!?；;…]")

_SUFFIX = re.compile(
    r"股份有限公司|有限责任公司|有限公司|集团公司|分公司|公司|集团|银行|信用社|合作社|事务所|交易所|研究所|派出所|卫生所|看守所|居委会|村委会|管委会|组委会|常委会|"
    r"委员会|党工委|党委|纪委|市委|县委|省委|区委|镇委|团委|人民政府|市政府|县政府|省政府|区政府|镇政府|乡政府|人民法院|中级法院|法院|检察院|人大常委会|政协|办公室|"
    r"大学|学院|中学|小学|学校|幼儿园|党校|医院|卫生院|研究院|科学院|设计院|敬老院|博物馆|图书馆|纪念馆|文化馆|美术馆|体育馆|展览馆|科技馆|档案馆|大使馆|"
    r"联合会|协会|学会|商会|工会|妇联|残联|工商联|基金会|理事会|董事会|电视台|广播电台|出版社|杂志社|通讯社|报社|日报|晚报|"
    r"监督管理局|管理局|公安局|财政局|教育局|税务局|统计局|气象局|分局|总局|支队|大队|中队|消防救援站|工作站|服务站|加油站|车站|服务中心|活动中心|体育中心|文化中心|研究中心|控制中心|中心|"
    r"局(?![面部限势长中里])|开发区|高新区|经开区|产业园|工业园|科技园|公园|景区|食品厂|机械厂|化工厂|工厂"
)
MIN_NAME_CHARS = 2
"""Characters before the suffix; one alone (市委, 县局) names no office in particular."""
_MAX_NAME_CHARS = 20
_COUNT = re.compile(r"[0-9一二三四五六七八九十百千两几多数]+[个家所名]")
_GENERIC = frozenset(
    words(
        "本 该 各 某 两 多家 我们 有关 相关 部分 所在 上级 当地 全市 全县 全区 全省 全国 全镇 我市 我县 我省 我区 "
        "基层 上市 国有 民营 一家 同一 大型 小型 新 老 旧 区 市 县 省 镇 乡 村"
    )
)
_NO_OFFICE = re.compile(r"[格布结全大当时战僵开破定残牌赌饭骗邮]$")
"""What makes 局 a word of its own: 格局, 大局."""


def find_names(text: str) -> list[NameMention]:
    """Every name in reading order.

    People, places and organisations do not overlap each other (a person first, then the longer one); titles and
    quoted terms may hold other names inside.
    """
    people = find_people(text)
    rest = [*find_organisations(text), *find_places(text)]
    free = [name for name in rest if not any(name.start < other.end and other.start < name.end for other in people)]
    named = [*people, *without_overlap(free), *find_quoted(text)]
    return sorted(named, key=lambda mention: (mention.start, -mention.end))


def find_organisations(text: str) -> list[NameMention]:
    """Organisations by their suffix (公司, 委员会, 学校 …) from a clear left edge; generic ones (该公司) left out."""
    shown = without_dates(narrow(text))
    return without_overlap(_organisations(text, shown))


def _organisations(text: str, shown: str) -> Iterator[NameMention]:
    floor = 0
    for match in _SUFFIX.finditer(shown):
        start = edge_before(shown, match.start(), _MAX_NAME_CHARS, floor)
        if start is None:
            continue
        name = shown[start : match.start()]
        if not _plausible(name, match.group()):
            continue
        floor = match.end()
        yield NameMention(start, match.end(), text[start : match.end()], "organisation")


def _plausible(name: str, suffix: str) -> bool:
    """Letters, digits and brackets, nothing generic (该公司), no count (3个研究中心) and no word in 局 (大局)."""
    if len(name) < MIN_NAME_CHARS or name in _GENERIC or name[0].isdecimal():
        return False
    if suffix == "局" and _NO_OFFICE.search(name):
        return False
    return re.fullmatch(r"[\w()·]+", name) is not None and _COUNT.match(name) is None


def find_quoted(text: str) -> list[NameMention]:
    """Titles in 《》 and terms in quotation marks, without the marks; spans cover the words inside."""
    found = [_inside(text, match, "title") for match in _TITLE.finditer(text)]
    found += [_inside(text, match, "quoted") for match in _QUOTED.finditer(text) if not _SPEECH.search(match.group())]
    return sorted(found, key=lambda mention: mention.start)


def _inside(text: str, match: re.Match[str], kind: NameKind) -> NameMention:
    start, end = next(match.span(group) for group in range(1, (match.lastindex or 1) + 1) if match.group(group))
    return NameMention(start, end, text[start:end], kind)
