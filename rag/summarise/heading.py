"""A line for an article that prints no headline: who did what, out of the lead, without when, where and what for.

Every piece of the line is quoted; nothing is written. Knows nothing of the other styles.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from rag.mapping import Span, merge_spans
from rag.models import Article
from rag.summarise.facts import Reader
from rag.summarise.grammar import dangles, lacks_noun
from rag.summarise.options import lead_position
from rag.summarise.statements import Run, runs
from rag.summarise.units import Sentence, length_of
from rag.text.ngrams import terms
from rag.text.script import to_simplified

SENTENCES = 4
"""Sentences from the lead on that a line may be made of."""

DECAY = 0.6
"""What a sentence keeps of its worth for each one between it and the lead."""

CLAUSE_DECAY = 0.8
"""What a statement keeps for each one that begins before it in its sentence."""

MIN_CHARS = 8
"""Shortest line; shorter ones are scraps."""

BREVITY = 0.3
"""Between saying most (0) and saying most a character (1)."""

_WHEN = re.compile(
    r"(?:^|(?<=[,，]))(?:(?:[0-9]{4}年)?[0-9]{1,2}月(?:[0-9]{1,2}日|[上中下]旬|[底初份])?|[0-9]{1,2}日|近日|日前|近期|连日来|今年以来|昨日|昨天|今天|当天|当日|目前|截至目前)"
    r"(?:上午|下午|晚上?|早上|凌晨|中午|[0-9]{1,2}时许?)*[,，]?"
    r"|(?<![定拟订改推])(?:于|在)(?:[0-9]{4}年)?[0-9]{1,2}月[0-9]{1,2}日(?:上午|下午|晚上?|[0-9]{1,2}时[0-9]{0,2}分?许?)*"
)
_WHERE = re.compile(
    r"(?<=[一-龥”）])在[^,，。“”]{2,24}(?:“[^”]{1,20}”)?[^,，。“”]{0,6}?(?=(?:隆重|成功|顺利|正式|联合|组织)?(?:举行|举办|召开|开展|开幕|揭牌|启动|签约|开班))"
)
_WITH = re.compile(
    r"(?<=[一-龥”）])(?:联合|携手|会同|协同|携)[^,，。“”]{2,40}?(?=(?:共同|联合)?(?:在[^,，。]{2,20})?(?:举行|举办|召开|开展|组织|启动|签约|揭牌))"
)
_THEME = re.compile(
    r"了?以[“「][^”」]{1,30}[”」]为主题的|(?:了)?(?:形式多样|丰富多彩|内容丰富|主题鲜明|别开生面|为期[^,，]{1,5}天?)的"
)
_POINTS_BACK = re.compile(
    r"^(?:为了?|旨在|切实|进一步|本[次期届]|[此这该][次期届项]?|其中|据|经[查核了调]|记者|随后|接着|当前|下一步|接下来)"
)
_ASIDE = re.compile(r"[（(][^（()）]{1,30}[)）]")


def line_of(article: Article, sentences: Sequence[Sentence], max_chars: int) -> tuple[Span, ...]:
    """The pieces of the line that says most of what the article goes on about; none where nothing fits.

    Args:
        article: what it is for.
        sentences: of its body.
        max_chars: longest line.
    """
    reader = Reader(article)
    lead = lead_position(article, sentences, reader)
    counts = Counter(term for term in terms(article.text) if len(term) > 1)
    best: tuple[float, tuple[Span, ...]] = (0.0, ())
    for sentence in [one for one in sentences if lead <= one.position < lead + SENTENCES]:
        starts: list[int] = []
        for run in _statements(article, sentence):
            starts += [] if run.first in starts else [run.first]
            nearness = DECAY ** (sentence.position - lead) * CLAUSE_DECAY ** starts.index(run.first)
            nearness *= min(reader.read(article.text[slice(*sentence.clauses[at])]).factor for at in run.kept)
            for pieces in _shorter(article, run):
                text = "".join(article.text[start:end] for start, end in pieces)
                if not MIN_CHARS <= length_of(text) <= max_chars:
                    continue
                told = sum(math.log(counts[term]) for term in {*terms(text)} if counts[term] > 1)
                worth = (told + 0.01) * nearness / length_of(text) ** BREVITY
                if worth > best[0]:
                    best = (worth, pieces)
    return best[1]


def _statements(article: Article, sentence: Sentence) -> Iterator[Run]:
    """Statements of a sentence that can stand alone."""
    for run in runs(article, sentence):
        plain = to_simplified(run.text(article))
        if run.leans_on == "nothing" and not (_POINTS_BACK.match(plain) or dangles(plain) or lacks_noun(plain)):
            yield run


def _shorter(article: Article, run: Run) -> Iterator[tuple[Span, ...]]:
    """The pieces of a statement, ever more of its when, where, with whom and for what left out."""
    pieces = run.pieces
    yield pieces
    for pattern in (_WHEN, _ASIDE, _THEME, _WHERE, _WITH):
        without = _without(article.text, pieces, pattern)
        if without and without != pieces:
            pieces = without
            yield pieces


def _without(text: str, pieces: Sequence[Span], pattern: re.Pattern[str]) -> tuple[Span, ...]:
    """The pieces without what the pattern finds in them read on end."""
    places = [at for start, end in pieces for at in range(start, end)]
    plain = to_simplified("".join(text[at] for at in places))
    gone = {at for found in pattern.finditer(plain) for at in range(*found.span())}
    return merge_spans((place, place + 1) for at, place in enumerate(places) if at not in gone)
