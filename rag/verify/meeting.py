"""Whether a person of the claim and what is said of that person meet in the evidence.

A claim may take the name from one sentence and the predicate from another about somebody else: all its words stand in
the evidence, and it is false. Knows nothing of figures or negation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.mapping import Span
from rag.text.normalise import fold
from rag.verify.content import Content, wording_of
from rag.verify.findings import Finding
from rag.verify.reading import clauses_in, names_in, sentences_in

MIN_MET = 0.6
"""Share of a predicate that must stand where its person is spoken of, unless nowhere else has more of it."""
MARGIN = 0.25
"""How much more of the predicate another place must hold before the person counts as put to it."""
MIN_PREDICATE_CHARS = 3
MAX_CARRIED = 3
"""Sentences without a person of their own that may follow the one that names their subject."""


def check_meeting(claim: str, evidence: Sequence[str]) -> list[Finding]:
    """People of the claim whose predicate stands in sentences about other people only; each is half a claim."""
    people = list(dict.fromkeys(_people(claim, evidence)))
    if not people:
        return []
    places = [place for text in evidence for place in _places(text)]
    findings: list[Finding] = []
    for name in people:
        predicate = _predicate(claim, name, people)
        content = Content.of(predicate)
        if content.size < MIN_PREDICATE_CHARS:
            continue
        own = [content.coverage(wording_of(words)) for words, carried in places if name in carried]
        others = [content.coverage(wording_of(words)) for words, carried in places if carried and name not in carried]
        met, elsewhere = max(own, default=0.0), max(others, default=0.0)
        if own and met < MIN_MET and elsewhere >= met + MARGIN:
            findings.append(Finding("partial", f"“{name}”与“{predicate.strip('，,。 ')}”不在原文同一句话中"))
    return findings


def _people(claim: str, evidence: Sequence[str]) -> Iterator[str]:
    """Names of people in the claim, whether the claim or the evidence shows that they are names."""
    known = {name.text for text in (claim, *evidence) for name in names_in(text) if name.kind == "person"}
    yield from sorted((name for name in known if name in claim and len(name) > 1), key=claim.index)


def _predicate(claim: str, name: str, people: Sequence[str]) -> str:
    """The clause that names the person, and those up to the next person, without names."""
    clauses = clauses_in(claim)
    at = claim.index(name)
    first = next((n for n, (start, end) in enumerate(clauses) if start <= at < end), 0)
    words = ""
    for number, (start, end) in enumerate(clauses[first:]):
        clause = claim[start:end]
        if number and words and any(other in clause for other in people):
            break
        words += clause
    for other in people:
        words = words.replace(other, "")
    return words


def _places(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Each sentence with the people it speaks of: those it names, or those that the sentence before it names.

    A line without a full stop, such as a headline, speaks of the people of the next sentence.
    """
    spans = sentences_in(text)
    people = sorted({name.text for name in names_in(text) if name.kind == "person" and len(name.text) > 1})
    named = [frozenset(name for name in people if name in text[start:end]) for start, end in spans]
    for at, (start, end) in enumerate(spans):
        yield text[start:end], named[at] or _carried(text, spans, named, at)


def _carried(text: str, spans: Sequence[Span], named: Sequence[frozenset[str]], at: int) -> frozenset[str]:
    before = next((names for names in reversed(named[max(0, at - MAX_CARRIED) : at]) if names), frozenset())
    is_heading = fold(text[spans[at][0] : spans[at][1]])[-1:] not in "。!?；;…"
    after = named[at + 1] if is_heading and at + 1 < len(named) else frozenset()
    return frozenset(before | after)
