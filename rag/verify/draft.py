"""A draft checked claim by claim: pointers located, claims judged, citations built, the reply's text put together.

What cannot be located is not cited, what is not supported is not said. Knows nothing of who wrote the draft or of how
its evidence was found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rag.mapping import SEPARATOR, Span
from rag.models import Citation, Claim, Draft, DraftClaim, Evidence, Fault, Pointer, Quote, Verdict
from rag.protocols import Verifier
from rag.text.normalise import find_folded, fold

_MARKERS = re.compile(r"\s*[\[【][0-9]{1,3}(?:[,，、\-][0-9]{1,3})*[\]】]")
_BLANKS = re.compile(r"\s*\n\s*")
_ENDS_SENTENCE = re.compile(r"[。！？!?…]+[”’」』）)\"]*$|[；;]$")
_MOVABLE_END = re.compile(r"[。！？!?；;]+$")
_RANK = {"supported": 2, "partial": 1, "unsupported": 0}


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft after checking. ``text`` is the reply; spans of ``claims`` point into it.

    ``citations`` are numbered from 1 in order of first use; ``dropped`` names each claim left out and why.
    """

    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    dropped: tuple[str, ...]


def cite(evidence: Evidence, start: int, end: int, marker: int, score: float) -> Citation:
    """The citation for ``[start, end)`` of the evidence's passage, quoted as its document has it.

    Of an article that goes on in another document: as far as the document holds it that ``start`` stands in.

    Args:
        evidence: the passage, its article and document.
        start: first character, in the passage's text.
        end: one past the last.
        marker: its number in the reply, from 1.
        score: how well the passage answers, higher is better.
    """
    low, high = evidence.passage.start + start, evidence.passage.start + end
    article, document, text = evidence.article, evidence.document, evidence.document_text
    origin = next((origin for origin in evidence.origins if origin.start <= low < origin.end), None)
    if origin is not None:
        article, document, text = origin.article, origin.document, origin.document_text
        low, high = (at - origin.start + origin.at for at in (low, min(high, origin.end)))
    quote, spans = article.mapped.quote(low, high, text)
    return Citation(
        marker=marker,
        document=document,
        document_id=article.document_id,
        article_id=article.article_id,
        title=evidence.article.title,
        published=article.published or evidence.article.published,
        place=article.place or evidence.article.place,
        quote=quote,
        source_spans=spans,
        score=score,
        copies=evidence.copies,
    )


def within_origins(evidence: Evidence, start: int, end: int) -> Iterator[Span]:
    """``[start, end)`` of the passage in stretches of one document each, without the line breaks between them."""
    offset = evidence.passage.start
    inner = [at - offset for origin in evidence.origins for at in (origin.start, origin.end)]
    cuts = sorted({start, end, *(at for at in inner if start < at < end)})
    for low, high in pairwise(cuts):
        yield from _stretches(evidence.passage.text, low, high)


@dataclass(frozen=True, slots=True)
class Said:
    """One claim that may be shown, what it adds to the reply's text, and the citations it is the first to use."""

    claim: Claim
    delta: str
    citations: tuple[Citation, ...]


class DraftCheck:
    """Checks a draft claim by claim, as claims come; what was checked can be shown at once.

    A claim is judged against the quotes it points to where they can be found, and against all the evidence where they
    cannot or do not carry it. Unsupported claims are dropped, and so are claims for which nothing can be quoted.

    Args:
        evidence: the passages the draft is written from; pointers index into it.
        verifier: judges one claim against texts.
        markers: write ``[1]`` after each claim, as answers do; summaries are plain text.
    """

    def __init__(self, evidence: Sequence[Evidence], verifier: Verifier, *, markers: bool) -> None:
        self._evidence = evidence
        self._verifier = verifier
        self._reply = _Reply(markers)
        self.faults: list[Fault] = []

    def add(self, claim: DraftClaim) -> Said | None:
        """Check one claim; None when it may not be shown, and then the last of ``faults`` says why."""
        text = _plain(claim.text)
        if not text:
            return None
        verdict, quotes = _judge(text, claim, self._evidence, self._verifier)
        if verdict.label == "unsupported" or not quotes:
            self.faults.append(Fault(text, verdict.reason or "证据中找不到出处"))
            return None
        length, cited = len(self._reply.text), len(self._reply.citations)
        self._reply.add(text, claim, verdict, quotes, self._evidence)
        new = tuple(self._reply.citations.values())[cited:]
        return Said(self._reply.claims[-1], self._reply.text[length:], new)

    def result(self) -> Checked:
        """The reply so far."""
        reply = self._reply
        dropped = tuple(f"{fault.claim}（{fault.reason}）" for fault in self.faults)
        return Checked(reply.text, tuple(reply.claims), tuple(reply.citations.values()), dropped)


def check_draft(draft: Draft, evidence: Sequence[Evidence], verifier: Verifier, *, markers: bool) -> Checked:
    """Verify every claim of a draft and put together the reply that may be shown; see ``DraftCheck``."""
    check = DraftCheck(evidence, verifier, markers=markers)
    for claim in draft.claims:
        check.add(claim)
    return check.result()


def _plain(text: str) -> str:
    """The claim without markers of its own and without line breaks."""
    return _BLANKS.sub(" ", _MARKERS.sub("", text)).strip()


def _judge(
    text: str, claim: DraftClaim, evidence: Sequence[Evidence], verifier: Verifier
) -> tuple[Verdict, tuple[Quote, ...]]:
    located = _located(claim.pointers, evidence)
    quotes = [evidence[at.evidence].passage.text[at.start : at.end] for at in located]
    pointed = verifier.verify(text, quotes)
    if located and pointed.label == "supported":
        used = {quote.evidence for quote in pointed.quotes} or set(range(len(located)))
        if fold(text) == fold("".join(quotes)):  # put together from all of them
            used = set(range(len(located)))
        return pointed, tuple(at for index, at in enumerate(located) if index in used)
    whole = verifier.verify(text, [shown.passage.text for shown in evidence])
    if located and _RANK[pointed.label] >= _RANK[whole.label]:
        return pointed, tuple(located)
    return whole, whole.quotes


def _located(pointers: Sequence[Pointer], evidence: Sequence[Evidence]) -> list[Quote]:
    """Where the pointers' quotes really stand; a quote that stands nowhere in its passage is left out."""
    found: list[Quote] = []
    for number, pointer in enumerate(pointers):
        if not 0 <= pointer.evidence < len(evidence):
            continue
        text = evidence[pointer.evidence].passage.text
        following = [other.quote.strip() for other in pointers[number + 1 :] if other.evidence == pointer.evidence]
        last = found[-1].end if found and found[-1].evidence == pointer.evidence else 0
        span = _near(pointer.quote.strip(), text, last, following) or _locate(pointer.quote, text)
        if span is not None:
            found.append(Quote(pointer.evidence, *span))
    return list(dict.fromkeys(found))


def _locate(quote: str, text: str) -> Span | None:
    wanted = quote.strip()
    at = text.find(wanted) if wanted else -1
    return (at, at + len(wanted)) if at >= 0 else find_folded(wanted, text)


def _near(quote: str, text: str, start: int, following: Sequence[str]) -> Span | None:
    """Where a quote stands verbatim from ``start`` on; of several places the one that the next quotes follow closest.

    Short quotes out of one sentence (7月6日,) may stand elsewhere too, and are meant where the others are.
    """
    best: tuple[int, Span] | None = None
    at = text.find(quote, start) if quote else -1
    while at >= 0:
        end = at + len(quote)
        for other in following:
            next_at = text.find(other, end)
            end = next_at + len(other) if next_at >= 0 else end + len(text)
        if best is None or end - at < best[0]:
            best = (end - at, (at, at + len(quote)))
        at = text.find(quote, at + 1) if following else -1
    return best[1] if best else None


@dataclass(slots=True)
class _Reply:
    """The reply under construction."""

    markers: bool
    text: str = ""
    claims: list[Claim] = field(default_factory=list)
    citations: dict[tuple[str, tuple[Span, ...]], Citation] = field(default_factory=dict)

    def add(
        self, text: str, claim: DraftClaim, verdict: Verdict, quotes: Sequence[Quote], evidence: Sequence[Evidence]
    ) -> None:
        numbers = tuple(dict.fromkeys(number for quote in quotes for number in self._cited(quote, evidence)))
        if self.claims and not self.markers and not _ENDS_SENTENCE.search(self.text):
            self.text += "。"
        start = len(self.text)
        end_mark = _MOVABLE_END.search(text) if self.markers else None
        words = text[: end_mark.start()] if end_mark else text
        self.text += words
        answer = _answer_span(claim.answer, words, start)
        self.claims.append(Claim(words, start, start + len(words), verdict.label, verdict.reason, numbers, answer))
        if self.markers:
            self.text += "".join(f"[{number}]" for number in numbers) + self._closing(words, end_mark)

    @staticmethod
    def _closing(words: str, end_mark: re.Match[str] | None) -> str:
        if end_mark is not None:
            return end_mark.group()
        return "" if _ENDS_SENTENCE.search(words) else "。"

    def _cited(self, quote: Quote, evidence: Sequence[Evidence]) -> Iterator[int]:
        """Markers of one quote: equal citations share one, a quote over a break between stretches has several."""
        shown = evidence[quote.evidence]
        for start, end in within_origins(shown, quote.start, quote.end):
            citation = cite(shown, start, end, len(self.citations) + 1, shown.score)
            known = self.citations.setdefault((citation.document_id, citation.source_spans), citation)
            yield known.marker


def _stretches(text: str, start: int, end: int) -> Iterator[Span]:
    """The parts of a slice between separators, trimmed of white space; blank ones left out."""
    for piece in text[start:end].split(SEPARATOR):
        left = start + len(piece) - len(piece.lstrip())
        if piece.strip():
            yield left, left + len(piece.strip())
        start += len(piece) + len(SEPARATOR)


def _answer_span(answer: str | None, words: str, offset: int) -> Span | None:
    span = _locate(_BLANKS.sub(" ", answer), words) if answer else None
    return (offset + span[0], offset + span[1]) if span else None
