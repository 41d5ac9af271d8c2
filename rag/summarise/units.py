"""An article's body as sentences and clauses, its headline as one sentence. Verbatim spans of the article's text only.

Knows nothing of what may be quoted alone, of worth or of length limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.mapping import Span
from rag.models import Article
from rag.summarise.grammar import tied
from rag.text.script import to_simplified
from rag.text.sentences import split_sentences

_OPENING = re.compile(
    r"^(?:[■◆●▲△□★☆▶►◀\-—\s]*)(?:【[^【】]{0,20}(?:记者|通讯员|讯|电|消息)[^【】]{0,20}】)?(?:[^,，。:：、]{2,16}?[0-9]{1,2}月[0-9]{1,2}日[讯电]|[一-龥]{2,10}(?:网|融媒体?|客户端|新闻)[^,，。:：0-9]{0,6}(?<!通)讯"
    r"|(?:本报|本刊|本网|[一-龥]{2,6})(?:讯|消息|电)(?=[\s　(（【:：]"
    r"|[0-9]{1,2}月|近日|日前|记者|通讯员|为|今年|昨)[:：]?[\s　]*"
    r"|(?:新华社|中新社|人民网|中新网"
    r"|据新华社)[^,，。(（]{0,14}?[电讯][\s　]*)?(?:[（(](?:[^()（）]{0,12}(?:记者|通讯员"
    r"|特约)[^()（）]{0,40}|[^()（）0-9,，。]{2,14})[)）][\s　]*)?"
    r"(?:记者[^,，。]{2,4}?(?:报道|获悉)[:：]?)?"
    r"(?:[一-龥]{2,14}?(?:(?:记者|通讯员|实习生)[一-龥]{2,4}?)+(?=[0-9“近日昨今]))?"
)
_DATELINE = re.compile(
    r"^[^,，。:：、]{2,20}?[0-9]{1,2}月[0-9]{1,2}日[讯电][:：]?[\s　]*(?:[（(][^（()）]{2,40}[)）])?[:：]?[\s　]*"
)
"""A dateline with its day; on web pages it may stand behind the captions of several pictures."""

_CREDIT = re.compile(
    r"^(?:[■◆●▲]?\s*)?(?:摄影\s*)?(?:本报|新华社|通讯员|首席|见习|实习)*(?:记者|通讯员"
    r"|摄影)?[\s　]*[^,，。\s]{2,4}(?:[\s　]+[^,，。\s]{2,4})?[\s　]*(?:摄|文/图|图|供图)$"
    r"|^新华社.{2,12}电$"
)
_IMPRINT = re.compile(
    r"^[（(【\[]?(?:来源|责编|责任编辑|编辑|校对|审核|投稿|发布日期|发布时间|发表时间|所属分类|原标题|标签)[:：、｜|]|【投稿|责任编辑[:：]|版权归原作者"
)
_TRAILING_CREDIT = re.compile(
    r"[。！？](?P<credit>[\s　]*(?:(?:本报|新华社|通讯员|记者)[^。，,]{0,8}|[^。，,\s]{2,4}[\s　]*)[\s　]*(?:摄影|摄))$"
)
_SENTENCE_ENDS = "。！？!?…"
_CLOSERS = "”」』）)\"’'"
_CUTS_AND_STOPS = "，,；;。"
FINAL = "。！？!?…”」』）)；;：:"
_MID_SENTENCE = "和与及或的地得、，,等了）)”」』"
_SPOKEN = (("“", "”"), ("「", "」"), ("『", "』"))
_PAIRS = {"“": "”", "「": "」", "『": "』", "《": "》", "（": "）", "(": ")", "‘": "’"}
_LOOSE = "。，,、；;：: 　"
OPENING_CHARS = 80
"""How far into a stretch a dateline may stand: web pages put the caption of the picture before it."""

TAIL = "，,；;：:、 　\n"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its span in the article's text, its clauses' spans, its place in the body (0 the lead).

    ``broken`` sentences lost their beginning, ``unfinished`` ones their end, in the printing or the reading of it.
    """

    span: Span
    clauses: tuple[Span, ...]
    position: int
    paragraph: int = 0
    opens_paragraph: bool = False
    is_headline: bool = False
    broken: bool = False
    unfinished: bool = False


def body_sentences(article: Article) -> list[Sentence]:
    """Sentences of the body in reading order, without datelines, bylines at the opening and photo credits."""
    found: list[Sentence] = []
    before = "。"
    stretches = article.body_spans or tuple(_unmarked(article))
    for paragraph, (start, end) in enumerate(stretches):
        spans = _headed(article.text[start:end], split_sentences(article.text[start:end]))
        for number, (low, high) in enumerate(spans):
            span = _cleaned(article.text, (start + low, start + high), opening=low < OPENING_CHARS)
            if span is None or _inside_quotation(article.text, start, span[0], end):
                continue
            listed = low > 0 and article.text[start + low - 1] in "；;" and _lists(article.text, span)
            found.append(
                Sentence(
                    span,
                    tuple(_clauses(article.text, span)),
                    len(found),
                    paragraph,
                    opens_paragraph=low == 0,
                    broken=listed or (low == 0 and before not in FINAL and _continues(article.text, span)),
                    unfinished=number == len(spans) - 1 and article.text[span[1] - 1] not in FINAL,
                )
            )
        before = article.text[start:end].rstrip()[-1:] or before
    return found


def _headed(text: str, spans: Sequence[Span]) -> list[Span]:
    """Sentences, each too short to say anything but what the next one is about joined to that one."""
    joined: list[Span] = []
    waiting: int | None = None
    for number, (start, end) in enumerate(spans):
        first = start if waiting is None else waiting
        if _heads(text[start:end]) and waiting is None and number < len(spans) - 1:
            waiting = start
            continue
        joined.append((first, end))
        waiting = None
    return joined


def _heads(sentence: str) -> bool:
    """Whether a sentence is a heading; a maxim (众人拾柴,火焰高) has two halves."""
    heading = len(sentence) <= HEADING_CHARS and sentence[-1] == "。"
    return heading and not any(char.isdigit() or char in "，," for char in sentence)


HEADING_CHARS = 12
"""Longest opening sentence that only names the subject of the next (抓培训。)."""


def _continues(text: str, span: Span) -> bool:
    """Whether a stretch opens in the middle of a sentence."""
    return text[span[0]] in _MID_SENTENCE


def _lists(text: str, span: Span) -> bool:
    """Whether a sentence after a semicolon is the next member of a list and not a statement."""
    return tied(to_simplified(text[slice(*span)]))


def _inside_quotation(text: str, start: int, at: int, end: int) -> bool:
    """Whether a sentence begins within a quotation opened before it in its stretch, and so lacks its speaker."""
    for opener, closer in _SPOKEN:
        last = text.rfind(opener, start, at)
        if last >= 0 and text.find(closer, last, at) < 0 and text.find(closer, at, end) >= 0:
            return True
    return False


def headline(article: Article) -> Sentence | None:
    """The printed headline as a sentence of its own, all its lines; None where there is none."""
    parts = [part for part in article.parts if part.role == "headline" and part.end > part.start]
    if not parts:
        return None
    span = (parts[0].start, parts[0].end)
    for part in parts[1:]:
        if not article.text[span[1] : part.start].strip():
            span = (span[0], part.end)
    return Sentence(span, (span,), 0, is_headline=True)


def _unmarked(article: Article) -> Iterator[Span]:
    """What no part claims, for pieces cut without body parts."""
    if not article.parts:
        yield 0, len(article.text)
    for part in article.parts:
        if part.role in ("subtitle", "subhead"):
            yield part.start, part.end


def _cleaned(text: str, span: Span, *, opening: bool) -> Span | None:
    """A sentence without the dateline it may open with and the credit it may end in; None where nothing else is."""
    start, end = span
    while start < end and text[start] in _LOOSE:
        start += 1
    plain = to_simplified(text[start:end])
    pattern = _OPENING if opening else _DATELINE
    if dateline := pattern.match(plain):
        start += dateline.end()
        plain = plain[dateline.end() :]
    if credit := _TRAILING_CREDIT.search(plain):
        end -= len(credit["credit"])
        plain = plain[: -len(credit["credit"])]
    credit_only = _IMPRINT.search(plain) or _CREDIT.match(plain.strip(TAIL + "。()（）"))
    if credit_only or not any(char.isalnum() for char in plain):
        return None
    return start, end


def _in_number(text: str, at: int) -> bool:
    return text[at - 1].isdigit() and text[at + 1 : at + 2].isdigit()


def _clauses(text: str, span: Span) -> Iterator[Span]:
    """Clauses, closing comma included; never cut inside quotation marks, brackets or a number."""
    start, awaited = span[0], list[str]()
    for index in range(*span):
        char = text[index]
        if awaited and char == awaited[-1]:
            awaited.pop()
        elif char in _PAIRS and _PAIRS[char] in text[index + 1 : span[1]]:
            awaited.append(_PAIRS[char])
        elif char in _CUTS_AND_STOPS and not awaited and not _in_number(text, index):
            yield start, index + 1
            start = index + 1
    if start < span[1]:
        yield start, span[1]


def stripped(text: str, span: Span) -> Span:
    """The span without commas, colons and white space at its edges."""
    start, end = span
    while end > start and text[end - 1] in TAIL:
        end -= 1
    while start < end and text[start] in TAIL:
        start += 1
    return start, end


def length_of(text: str) -> int:
    """Characters a claim takes in the joined text: a full stop is added where it does not end in one."""
    return len(text) + (not ends_sentence(text))


def ends_sentence(text: str) -> bool:
    """Whether a claim ends in a mark that closes a sentence."""
    return text.rstrip(_CLOSERS)[-1:] in tuple(_SENTENCE_ENDS)
