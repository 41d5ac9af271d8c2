"""An article's body as clauses and runs of clauses that may be quoted alone. Verbatim spans of the article's text only.

Knows nothing of worth or length limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.mapping import Span
from rag.models import Article
from rag.summarise.grammar import has_subject, has_verb, leads_on, only_quoted, opening_link, sets_time, tied
from rag.text.names import find_names
from rag.text.script import to_simplified
from rag.text.sentences import split_sentences

_OPENING = re.compile(
    r"^(?:[■◆●▲△□★☆▶►◀\-—\s]*)(?:(?:本报|本刊|本网|[一-龥]{2,6})(?:讯|消息|电)(?=[\s　(（【:：]"
    r"|[0-9]{1,2}月|近日|日前|记者|通讯员|为|今年|昨)[:：]?[\s　]*"
    r"|(?:新华社|中新社|人民网|中新网"
    r"|据新华社)[^,，。(（]{0,14}?[电讯][\s　]*)?(?:[（(](?:[^()（）]{0,12}(?:记者|通讯员"
    r"|特约)[^()（）]{0,40}|[^()（）0-9,，。]{2,14})[)）][\s　]*)?"
    r"(?:记者[^,，。]{2,4}?(?:报道|获悉)[:：]?)?"
)
_CREDIT = re.compile(
    r"^(?:[■◆●▲]?\s*)?(?:摄影\s*)?(?:本报|新华社|通讯员|首席|见习|实习)*(?:记者|通讯员"
    r"|摄影)?[\s　]*[^,，。\s]{2,4}(?:[\s　]+[^,，。\s]{2,4})?[\s　]*(?:摄|文/图|图|供图)$"
    r"|^新华社.{2,12}电$"
)
_TRAILING_CREDIT = re.compile(
    r"[。！？](?P<credit>[\s　]*(?:(?:本报|新华社|通讯员|记者)[^。，,]{0,8}|[^。，,\s]{2,4}[\s　]*)[\s　]*(?:摄影|摄))$"
)
_CUTS_AND_STOPS = "，,；;。"
_FINAL = "。！？!?…”」』）)；;：:"
_MID_SENTENCE = "和与及或的地得、，,等了）)”」』"
_SPOKEN = (("“", "”"), ("「", "」"), ("『", "』"))
_PAIRS = {"“": "”", "「": "」", "『": "』", "《": "》", "（": "）", "(": ")", "‘": "’"}
_TAIL = "，,；;：:、 　\n"


Lean = Literal["nothing", "sentence", "actor"]
"""What a statement needs before it: nothing, the opening of its own sentence (which names its subject), or the actor
the article is about."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its span in the article's text, its clauses' spans, its place in the body (0 the lead).

    ``broken`` sentences lost their beginning, ``unfinished`` ones their end, in the printing or the reading of it.
    """

    span: Span
    clauses: tuple[Span, ...]
    position: int
    opens_paragraph: bool = False
    is_headline: bool = False
    broken: bool = False
    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Clauses ``first`` to ``last`` of a sentence as one quotable span, its closing comma left out."""

    sentence: Sentence
    first: int
    last: int
    span: Span
    leans_on: Lean = "nothing"

    def text(self, article: Article) -> str:
        """The quoted characters."""
        return article.text[self.span[0] : self.span[1]]


def body_sentences(article: Article) -> list[Sentence]:
    """Sentences of the body in reading order, without datelines, bylines at the opening and photo credits."""
    found: list[Sentence] = []
    before = "。"
    stretches = article.body_spans or tuple(_unmarked(article))
    for start, end in stretches:
        spans = _headed(article.text[start:end], split_sentences(article.text[start:end]))
        for number, (low, high) in enumerate(spans):
            span = _cleaned(article.text, (start + low, start + high), lead=low == 0)
            listed = low > 0 and article.text[start + low - 1] in "；;" and span is not None and _lists(article.text, span)
            if span is None or _inside_quotation(article.text, start, span[0], end):
                continue
            found.append(
                Sentence(
                    span,
                    tuple(_clauses(article.text, span)),
                    len(found),
                    opens_paragraph=low == 0,
                    broken=listed or (low == 0 and before not in _FINAL and _continues(article.text, span)),
                    unfinished=number == len(spans) - 1 and article.text[span[1] - 1] not in _FINAL,
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
        short = end - start <= HEADING_CHARS and text[end - 1] == "。" and not any(char.isdigit() for char in text[start:end])
        if short and waiting is None and number < len(spans) - 1:
            waiting = start
            continue
        joined.append((first, end))
        waiting = None
    return joined


HEADING_CHARS = 12
"""Longest opening sentence that only names the subject of the next (抓培训。)."""


def _continues(text: str, span: Span) -> bool:
    """Whether a stretch opens in the middle of a sentence."""
    return text[span[0]] in _MID_SENTENCE


def _lists(text: str, span: Span) -> bool:
    """Whether a sentence after a semicolon is the next member of a list and not a statement."""
    return tied(to_simplified(text[slice(*span)]))


def _inside_quotation(text: str, start: int, at: int, end: int) -> bool:
    """Whether a sentence begins within a quotation opened before it in its stretch, so that its speaker is not in it."""
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


def _cleaned(text: str, span: Span, *, lead: bool) -> Span | None:
    start, end = span
    plain = to_simplified(text[start:end])
    if lead and (opening := _OPENING.match(plain)):
        start += opening.end()
        plain = plain[opening.end() :]
    if credit := _TRAILING_CREDIT.search(plain):
        end -= len(credit["credit"])
        plain = plain[: -len(credit["credit"])]
    if not any(char.isalnum() for char in plain) or _CREDIT.match(plain.strip(_TAIL + "。()（）")):
        return None
    return start, end


def _clauses(text: str, span: Span) -> Iterator[Span]:
    """Clauses, closing comma included; never cut inside quotation marks, brackets or a number."""
    start, awaited = span[0], list[str]()
    for index in range(*span):
        char = text[index]
        if awaited and char == awaited[-1]:
            awaited.pop()
        elif char in _PAIRS and _PAIRS[char] in text[index + 1 : span[1]]:
            awaited.append(_PAIRS[char])
        elif (
            char in _CUTS_AND_STOPS and not awaited and not (text[index - 1].isdigit() and text[index + 1 : index + 2].isdigit())
        ):
            yield start, index + 1
            start = index + 1
    if start < span[1]:
        yield start, span[1]


def runs(article: Article, sentence: Sentence) -> Iterator[Run]:
    """Every run of clauses that may stand alone: from the sentence's start, or from a clause that opens afresh."""
    text, clauses = article.text, sentence.clauses
    plain = [to_simplified(text[start:end]) for start, end in clauses]
    headed = not sentence.broken and _opens_with_subject(plain, 0)
    for first in range(len(clauses)):
        if (first or sentence.broken) and (tied(plain[first]) or not first):
            continue
        own = _opens_with_subject(plain, first)
        leans: Lean = "nothing" if own else "sentence" if first and headed else "actor"
        for last in range(first, min(first + MAX_CLAUSES, len(clauses))):
            final = last == len(clauses) - 1
            if leads_on(plain[last]) or (final and last > first and sentence.unfinished):
                continue
            span = without_link(text, _stripped(text, (clauses[first][0], clauses[last][1])))
            if _stands(text[slice(*span)], "".join(plain[first : last + 1]), fresh=first > 0):
                yield Run(sentence, first, last, span, leans)


MAX_CLAUSES = 12
"""Longest run in clauses; a summary has no room for more, and the number of runs stays linear."""

MIN_CHARS = 12
"""Shortest statement without a figure or a name: shorter ones are scraps, whatever they say."""

_MARKS = (("“", "”"), ("「", "」"), ("《", "》"), ("（", "）"), ("(", ")"))


def _opens_with_subject(plain: Sequence[str], first: int) -> bool:
    """Whether the clauses from ``first`` name their subject: in the first one, or after clauses that set the scene."""
    for clause in plain[first:]:
        if has_subject(clause):
            return True
        if not (sets_time(clause) or leads_on(clause)):
            return False
    return False


def _stands(quote: str, plain: str, *, fresh: bool) -> bool:
    """Whether a run reads as a statement: it has a verb, is long enough, and leaves no quotation or bracket open."""
    closed = all(quote.count(start) == quote.count(end) for start, end in _MARKS) and quote.count('"') % 2 == 0
    if not closed or not has_verb(plain) or only_quoted(plain):
        return False
    return len(quote.rstrip(_FINAL)) >= MIN_CHARS or (not fresh and _tells(plain))


def _tells(plain: str) -> bool:
    """Whether a short statement holds a figure or names somebody."""
    return any(char.isdigit() for char in plain) or any(name.kind != "quoted" for name in find_names(plain))


def _stripped(text: str, span: Span) -> Span:
    start, end = span
    while end > start and text[end - 1] in _TAIL:
        end -= 1
    while start < end and text[start] in _TAIL:
        start += 1
    return start, end


def without_link(text: str, span: Span) -> Span:
    """The span without an opening connective (同时, 据了解 …) that ties it to what stood before."""
    start = span[0] + opening_link(to_simplified(text[span[0] : span[1]]))
    return _stripped(text, (start, span[1]))
