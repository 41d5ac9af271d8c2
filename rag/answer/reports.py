"""Answers over several reports: one claim for each that is meant, the same thing told once.

Knows nothing of one fact's best sentence, which the caller ranks, nor of how a question is split.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rag.answer.bylines import signature
from rag.answer.candidates import Candidate
from rag.answer.claims import claim_of, headline, said_once, told_under, under_headline
from rag.answer.constraints import Constraints, contradiction, read_constraints
from rag.answer.coverage import Scale
from rag.answer.question import Question, analyse
from rag.answer.scoring import TYPED_KINDS, Scored
from rag.answer.several import Several, is_photo, is_signed
from rag.models import AbstentionCode, DraftClaim, Evidence, Pointer
from rag.text.normalise import fold
from rag.text.script import to_simplified

Rank = Callable[[Question, Scale, Sequence[Candidate]], list[Scored]]

TOLD = 0.6
"""Share of what a report is asked by that it must say; a name of four characters may lack one."""
CAPTION = 0.3
"""Share of the question a caption must say to be one of the pictures meant: captions are short."""
SAME_TOPIC = 0.8
"""Share of the best report's coverage from which another is about the same thing."""
NEARLY = 0.6
"""Share of the support needed from which a sentence tells of a deed or an event that is asked of each report."""


def tell_reports(
    several: Several,
    question: Question,
    candidates: Sequence[Candidate],
    evidence: Sequence[Evidence],
    rank: Rank,
    min_support: float,
) -> list[DraftClaim] | AbstentionCode:
    """One claim for each report that is meant, at most ``several.most``; or why none is.

    Args:
        several: which reports are meant.
        question: the part they are asked by.
        candidates: the sentences of the evidence.
        evidence: what claims point into.
        rank: judges sentences for a question, best first.
        min_support: what a sentence must reach where a figure, a person or a time is asked.
    """
    shown = [one for one in candidates if not several.photos or is_photo(evidence[one.evidence].article)]
    constraints = read_constraints(question)
    if several.scope == "each":
        claims = _each(several, shown or candidates, evidence, rank, min_support)
    else:
        by = several.scope == "signed" and not several.photos
        choose = {"signed": _signed, "naming": _naming, "told": _told}[several.scope]
        claims = [
            _byline(question, one, evidence) if by else under_headline(one, evidence, scale)
            for one, scale in choose(several, shown, evidence)
            if _places_hold(constraints, one, evidence)
        ]
    return said_once(claims)[: several.most] or "not_stated"


def _places_hold(constraints: Constraints, one: Candidate, evidence: Sequence[Evidence]) -> bool:
    return contradiction(constraints, one, evidence[one.evidence]) != "other_place"


def _by_article(candidates: Sequence[Candidate], evidence: Sequence[Evidence]) -> dict[str, list[Candidate]]:
    grouped: dict[str, list[Candidate]] = {}
    for one in candidates:
        grouped.setdefault(evidence[one.evidence].article.article_id, []).append(one)
    return grouped


def _opening(sentences: Sequence[Candidate]) -> Candidate:
    """The sentence that tells what a report is about: the first of its body, or the first shown."""
    return next((one for one in sentences if one.is_lead), sentences[0])


def _signed(
    several: Several, candidates: Sequence[Candidate], evidence: Sequence[Evidence]
) -> Iterator[tuple[Candidate, Scale]]:
    for sentences in _by_article(candidates, evidence).values():
        if is_signed(evidence[sentences[0].evidence].article, several.what):
            best = _opening(sentences)
            yield best, _weighing(best.setting.heading, candidates)


def _byline(question: Question, one: Candidate, evidence: Sequence[Evidence]) -> DraftClaim:
    """The headline of a report and the line that says who wrote it; without a headline what it opens with."""
    article = evidence[one.evidence].article
    printed = headline(article.article_id, evidence)
    for index, item in enumerate(evidence):
        if printed and item.article.article_id == article.article_id and (signed := signature(question, item)):
            return told_under(printed, Pointer(index, item.passage.text[slice(*signed.span)]))
    signed = signature(question, evidence[one.evidence]) if one.start == 0 else None
    return under_headline(
        one, evidence, _weighing(one.setting.heading or one.text, [one]), signed.names if signed else None
    )


def _naming(
    several: Several, candidates: Sequence[Candidate], evidence: Sequence[Evidence]
) -> Iterator[tuple[Candidate, Scale]]:
    """Reports that print all of it, each with its fullest sentence on it."""
    scale = Scale(analyse(several.what), candidates)
    for sentences in _by_article(candidates, evidence).values():
        best = max(sentences, key=lambda one: (scale.share(one.folded), one.is_lead))
        if scale.share(best.near) > 1 - 1e-9:
            yield best, scale


def _told(
    several: Several, candidates: Sequence[Candidate], evidence: Sequence[Evidence]
) -> Iterator[tuple[Candidate, Scale]]:
    """The report that says most of it, in its headline above all."""
    scale = Scale(analyse(several.what), candidates)
    groups = _by_article(candidates, evidence).values()
    worth = [(2 * scale.share(one[0].setting.heading) + scale.share(one[0].setting.whole), one) for one in groups]
    best = max(worth, key=lambda each: each[0], default=(0.0, []))[1]
    if best and scale.share(best[0].setting.whole) >= TOLD:
        opening = _opening(best)
        yield opening, _weighing(f"{opening.setting.heading}{fold(several.what)}", candidates)


def _weighing(words: str, candidates: Sequence[Candidate]) -> Scale:
    """What a sentence is worth by how much it says of a report's heading."""
    return Scale(analyse(to_simplified(words).replace("\n", ",")), candidates)


def _each(
    several: Several,
    candidates: Sequence[Candidate],
    evidence: Sequence[Evidence],
    rank: Rank,
    min_support: float,
) -> list[DraftClaim]:
    """The best sentence of every report that answers, best report first."""
    question = analyse(several.what)
    scale, constraints = Scale(question, candidates), read_constraints(question)
    needed = min_support if question.kind in TYPED_KINDS else min_support * NEARLY
    people = {name for one in candidates for name in one.setting.people if name in question.text}
    best: dict[str, DraftClaim] = {}
    ranked = rank(question, scale, candidates)
    nearest = max((scored.coverage.article for scored in ranked if scored.support >= needed), default=0.0)
    for scored in ranked:
        one = scored.candidate
        if contradiction(constraints, one, evidence[one.evidence]) is not None:
            continue
        tells = scored.support >= needed and scored.coverage.article >= nearest * SAME_TOPIC
        if several.photos:
            tells = scored.coverage.article >= CAPTION
        elif people and question.kind not in TYPED_KINDS:
            tells = all(name in one.plain for name in people)
        if tells:
            best.setdefault(evidence[one.evidence].article.article_id, claim_of(question, scale, scored))
    return list(best.values())
