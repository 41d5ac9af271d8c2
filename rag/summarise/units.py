"""An article's body as clauses and runs of clauses that may be quoted alone. Verbatim spans of the article's text only.

Knows nothing of worth or length limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.mapping import Span
from rag.models import Article
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
_LINK = re.compile(
    r"^(?:据(?:了解|悉|介绍|统计|报道)|与此同时|同时|此外|另外|其中|随后|接着|接下来|下一步|当前|对此|为此|因此|于是|然而|不过|但是?|而且|并且|并|还|也|而|更|再|又)[,，]?"
)
_DANGLING = re.compile(
    r"^(?:他|她|它|其(?!中|他|余)|该|此|这|那|上述|双方|会议(?!室)|活动(?!现场)|后者|前者|以此|从中|两人|二人|与会|[和与及或而])"
)
_CUTS = "，,；;"
_PAIRS = {"“": "”", "「": "」", "『": "』", "《": "》", "（": "）", "(": ")", "‘": "’"}
_TAIL = "，,；;：:、 　\n"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its span in the article's text, its clauses' spans, its place in the body (0 the lead)."""

    span: Span
    clauses: tuple[Span, ...]
    position: int
    opens_paragraph: bool = False
    is_headline: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Clauses ``first`` to ``last`` of a sentence as one quotable span, its closing comma left out."""

    sentence: Sentence
    first: int
    last: int
    span: Span

    def text(self, article: Article) -> str:
        """The quoted characters."""
        return article.text[self.span[0] : self.span[1]]


def body_sentences(article: Article) -> list[Sentence]:
    """Sentences of the body in reading order, without datelines, bylines at the opening and photo credits."""
    stretches = article.body_spans or tuple(_unmarked(article))
    found: list[Sentence] = []
    for start, end in stretches:
        for low, high in split_sentences(article.text[start:end]):
            span = _cleaned(article.text, (start + low, start + high), lead=low == 0)
            if span is not None:
                found.append(Sentence(span, tuple(_clauses(article.text, span)), len(found), opens_paragraph=low == 0))
    return found


def headline(article: Article) -> Sentence | None:
    """The printed headline as a sentence of its own, None where there is none."""
    part = next((part for part in article.parts if part.role == "headline"), None)
    if part is None or part.end <= part.start:
        return None
    return Sentence((part.start, part.end), ((part.start, part.end),), 0, is_headline=True)


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
            char in _CUTS and not awaited and not (text[index - 1].isdigit() and text[index + 1 : index + 2].isdigit())
        ):
            yield start, index + 1
            start = index + 1
    if start < span[1]:
        yield start, span[1]


def runs(text: str, sentence: Sentence) -> Iterator[Run]:
    """Every run of clauses that may stand alone: from the sentence's start, or from a clause that opens afresh."""
    clauses = sentence.clauses
    for first in range(len(clauses)):
        if first and not _opens_afresh(text, clauses[first]):
            continue
        for last in range(first, min(first + MAX_CLAUSES, len(clauses))):
            if last < len(clauses) - 1 and _leads_on(text, clauses[last]):
                continue
            span = _stripped(text, (clauses[first][0], clauses[last][1]))
            if _stands(text[slice(*span)], fresh=first > 0):
                yield Run(sentence, first, last, span)


MAX_CLAUSES = 12
"""Longest run in clauses; a summary has no room for more, and the number of runs stays linear."""

MIN_FRESH_CHARS = 9
"""Shortest run that may begin inside a sentence; shorter ones are scraps without a subject."""

_MARKS = (("“", "”"), ("「", "」"), ("《", "》"), ("（", "）"), ("(", ")"))


def _stands(quote: str, *, fresh: bool) -> bool:
    """Whether a run reads as a statement: long enough, and no quotation or bracket left open."""
    closed = all(quote.count(start) == quote.count(end) for start, end in _MARKS) and quote.count('"') % 2 == 0
    return closed and len(quote) >= (MIN_FRESH_CHARS if fresh else 4)


_TIED = re.compile(
    r"^(?:并|而|且|使|让|从而|以[^上下内来]|把|将|对|及|和|与|或|则|就|才|却|也|还|又|再|更|但|因|所|其|他|她|它|该|此|这|那|的|了|等"
    r"|在[^,，]*[上下中里内]$|达到|直至|进而|以便|以及|同时|力争|推动|促进|实现了?[“\"])"
)
"""Openings that tie a clause to the one before it."""
_ON = re.compile(
    r"(?:的|和|与|及|或|在|以|将|把|对|为|由|从|说|道|称|是|指出|强调|表示|认为|要求|如|包括|以及)[,，：:]?$"
)
_SCENE = re.compile(
    r"^(?:[^,，]{0,30}(?:中|上|下|时|后|前|里|来|以来|期间|日|月|年|午|份|起|初|底|末|内|间|夜|晨|之际|近日|日前|目前|此|际|同时|下一步|当前|为[^,，]{0,20}|通过[^,，]*|针对[^,，]*|按照[^,，]*|围绕[^,，]*|随着[^,，]*|结合[^,，]*))[,，]$"
)


def _opens_afresh(text: str, clause: Span) -> bool:
    return _TIED.match(to_simplified(text[clause[0] : clause[1]])) is None


def _leads_on(text: str, clause: Span) -> bool:
    """Whether a clause cannot end a quotation: it only sets the scene, or its grammar waits for more."""
    plain = to_simplified(text[clause[0] : clause[1]])
    return _ON.search(plain) is not None or _SCENE.match(plain) is not None


def _stripped(text: str, span: Span) -> Span:
    start, end = span
    while end > start and text[end - 1] in _TAIL:
        end -= 1
    while start < end and text[start] in _TAIL:
        start += 1
    return start, end


def without_link(text: str, span: Span) -> Span:
    """The span without an opening connective (同时, 据了解 …) that ties it to what stood before."""
    found = _LINK.match(to_simplified(text[span[0] : span[1]]))
    if found and found.end() < span[1] - span[0] and found[0][-1] in ",，":
        return span[0] + found.end(), span[1]
    return span


def dangles(text: str, span: Span) -> bool:
    """Whether the span opens with a word whose noun stands elsewhere (他, 该区, 此)."""
    plain = to_simplified(text[slice(*without_link(text, span))])
    return _DANGLING.match(plain) is not None
