"""What an editor puts first: many sources, figures, names, dates; not slogans, not captions.

All weights are set by hand: there is no data that says which news of a day matters most. Knows nothing of layout.
"""

from __future__ import annotations

import math
import re

from rag.digest.items import Item
from rag.models import Statement
from rag.text.figures import find_figures
from rag.text.names import find_names
from rag.text.normalise import fold
from rag.text.script import to_simplified

SOURCE = 1.0
"""For every doubling of the sources that carry a story independently."""

FIGURE, MOST_FIGURES = 0.35, 4
NAME, MOST_NAMES = 0.25, 3
DATED = 0.4
LARGE_SUM, LARGE_YUAN = 0.6, 10**8
FRONT_PAGE = 0.5
LENGTH, USUAL_CHARS, MOST_LENGTH = 0.2, 500, 0.4
"""For every e-fold of an article's length over the usual one: what gets the space is what the desk thought it worth."""

SLOGAN, CAPTION, CONTINUATION, IMPRINT = -0.6, -1.2, -0.3, -3.0

_FRONT = re.compile(r"(?:A|a|第)?0?1(?:版)?$|头版|要闻")
_SLOGAN = re.compile(
    r"^(?:要|必须|坚持|牢固树立|始终|进一步|切实|着力|不断|持续|坚决|推动|推进|强化|深化|加强|提升|聚焦|围绕|贯彻|落实|注重|近年来|"
    r"一直以来|为(?:了|进一步|深入))"
)
_IMPRINT = re.compile(
    r"版权|侵权|(?:联系|咨询|举报|热线|服务|订阅)电话|责任编辑|责编|校对|来源[:：]|客户端|转载|点击|扫码"
)
"""What stands under a text and is no part of it."""


def worth(item: Item) -> float:
    """How newsworthy a story is, higher first."""
    article = item.article
    found = math.log2(item.independent_sources) * SOURCE
    found += max((statement_worth(one) for one in item.statements), default=0.0)
    length = LENGTH * math.log(max(len(article.text), 1) / USUAL_CHARS)
    found += max(-MOST_LENGTH, min(MOST_LENGTH, length))
    found += FRONT_PAGE if article.page and _FRONT.search(article.page) else 0.0
    found += CAPTION if item.is_caption else CONTINUATION if article.kind == "continuation" else 0.0
    return found


def statement_worth(statement: Statement) -> float:
    """How much one statement tells that a reader of news asks for first."""
    plain = to_simplified(statement.text)
    figures = find_figures(plain)
    counted = {fold(figure.raw) for figure in figures if figure.kind not in ("date", "time", "ordinal")}
    names = {fold(name.text) for name in find_names(plain) if name.kind in ("person", "organisation")}
    found = FIGURE * min(len(counted), MOST_FIGURES) + NAME * min(len(names), MOST_NAMES)
    found += DATED if any(figure.kind == "date" for figure in figures) else 0.0
    found += LARGE_SUM if any(one.kind == "money" and one.high >= LARGE_YUAN for one in figures) else 0.0
    found += IMPRINT if _IMPRINT.search(plain) else 0.0
    return found + (SLOGAN if _SLOGAN.search(plain) else 0.0)
