"""Whether a person of the claim and what is said of that person meet in the evidence.

A claim may take the name from one sentence and the predicate from another about somebody else: all its words stand in
the evidence, and it is false. Knows nothing of figures or negation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rag.mapping import Span
from rag.text.figures import same_figure
from rag.text.normalise import fold
from rag.verify.content import Content, wording_of
from rag.verify.findings import Finding
from rag.verify.reading import clauses_in, figures_in, names_in, sentences_in

MIN_MET = 0.6
"""Share of a predicate that must stand where its person is spoken of, unless nowhere else has more of it."""
MARGIN = 0.25
"""How much more of the predicate another place must hold before the person counts as put to it."""
MIN_PREDICATE_CHARS = 3
MIN_CLAUSE_CHARS = 3
MAX_OWN = 0.34
MIN_OTHER = 0.8
"""A clause counts as said of somebody else where so much of it stands there, and hardly any with its own person."""
_OFFICE = "(?:长|书记|主任|主席|经理|记者|代表|委员|教授|工程师)"
_SEGMENT = re.compile(r"[^，,；;。！？!?\n]+")
MAX_CARRIED = 3
"""Sentences without a person of their own that may follow the one that names their subject."""


def check_meeting(claim: str, evidence: Sequence[str]) -> list[Finding]:
    """People of the claim whose predicate stands in sentences about other people only; each is half a claim."""
    people = tuple(dict.fromkeys(_people(claim, evidence)))
    if not people:
        return []
    places = [place for text in evidence for place in _places(text)]
    findings: list[Finding] = []
    for name in people:
        predicate = _predicate(claim, name, people)
        figure = _figure_of_another(predicate, name, evidence)
        if figure is not None:
            findings.append(Finding("partial", f"“{figure}”在原文中说的不是“{name}”"))
            continue
        content = Content.of(predicate)
        if content.size < MIN_PREDICATE_CHARS:
            continue
        if _told_of_another(claim, name, people, evidence):
            findings.append(Finding("partial", f"“{_plain(predicate)}”在原文中说的不是“{name}”"))
            continue
        own = [content.coverage(wording_of(words)) for words, carried in places if name in carried]
        others = [content.coverage(wording_of(words)) for words, carried in places if carried and name not in carried]
        met, elsewhere = max(own, default=0.0), max(others, default=0.0)
        if own and met < MIN_MET and elsewhere >= met + MARGIN:
            findings.append(Finding("partial", f"“{name}”与“{_plain(predicate)}”不在原文同一句话中"))
    return findings


def _figure_of_another(predicate: str, name: str, evidence: Sequence[str]) -> str | None:
    """A figure that the evidence states of other people, before the person of the claim is named for the first time."""
    for figure in figures_in(predicate):
        places = [
            (name in carried, name in text[:end] or not carried)
            for text in evidence
            for start, end, carried in _spoken_of(text)
            if any(same_figure(figure, other) for other in figures_in(text[start:end]))
        ]
        if places and not any(own or open_to for own, open_to in places):
            return figure.raw
    return None


def _without_person(words: str, name: str) -> str:
    """The words without the name and the office right before it (县长某某)."""
    return re.sub(rf"(?:\w{{0,6}}{_OFFICE})?{re.escape(name)}", "", words)


def _plain(words: str) -> str:
    return words.strip("，,。；; 、和与及")


def _told_of_another(claim: str, name: str, people: Sequence[str], evidence: Sequence[str]) -> bool:
    """Whether what one clause of the claim says of its only person, the evidence says in clauses of another person.

    Clauses are compared within the sentences, each with the people of the last clause that named any.
    """
    for words, carried in _segments(claim, people):
        if carried != {name}:
            continue
        content = Content.of(_without_person(words, name))
        if content.size < MIN_CLAUSE_CHARS:
            continue
        told = [place for text in evidence for place in _segments(text, _all_people(text, people))]
        own = max((content.coverage(wording_of(said)) for said, those in told if name in those), default=0.0)
        other = max((content.coverage(wording_of(said)) for said, those in told if those - {name}), default=0.0)
        somewhere = any(name in those for _, those in told)
        if somewhere and own < MAX_OWN and other >= MIN_OTHER:
            return True
    return False


@lru_cache(maxsize=1024)
def _all_people(text: str, also: Sequence[str]) -> tuple[str, ...]:
    return tuple({*also, *(name.text for name in names_in(text) if name.kind == "person" and len(name.text) > 1)})


def _segments(text: str, people: Sequence[str]) -> list[tuple[str, frozenset[str]]]:
    """The text between commas and ends of sentences, with the people spoken of."""
    found: list[tuple[str, frozenset[str]]] = []
    carried: frozenset[str] = frozenset()
    for segment in _SEGMENT.findall(text):
        named = frozenset(name for name in people if name in segment)
        carried = named or carried
        found.append((segment, carried))
    return found


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
    return ((text[start:end], carried) for start, end, carried in _spoken_of(text))


@lru_cache(maxsize=256)
def _spoken_of(text: str) -> tuple[tuple[int, int, frozenset[str]], ...]:
    """Each sentence with the people it speaks of: those it names, or those that the sentence before it names.

    A line without a full stop, such as a headline, speaks of the people of the next sentence.
    """
    spans = sentences_in(text)
    people = sorted({name.text for name in names_in(text) if name.kind == "person" and len(name.text) > 1})
    named = [frozenset(name for name in people if name in text[start:end]) for start, end in spans]
    return tuple((start, end, named[at] or _carried(text, spans, named, at)) for at, (start, end) in enumerate(spans))


def _carried(text: str, spans: Sequence[Span], named: Sequence[frozenset[str]], at: int) -> frozenset[str]:
    before = next((names for names in reversed(named[max(0, at - MAX_CARRIED) : at]) if names), frozenset())
    is_heading = fold(text[spans[at][0] : spans[at][1]])[-1:] not in "。!?；;…"
    after = named[at + 1] if is_heading and at + 1 < len(named) else frozenset()
    return frozenset(before | after)
