"""Answers by quoting: picks the sentences of the evidence that answer, cuts them to what was asked, or declines.

Every claim is a verbatim slice of one passage. Evidence is data: nothing written in it changes what is done here.
Knows nothing of retrieval, verification or citation markers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.answer.authorship import authored
from rag.answer.blend import blend
from rag.answer.candidates import Candidate, gather
from rag.answer.claims import claim_of, said_once
from rag.answer.conflicts import disagree
from rag.answer.constraints import Constraints, contradiction, read_constraints
from rag.answer.coverage import Scale
from rag.answer.lists import MAX_ITEMS, is_spread, members, named_beside, subheadings
from rag.answer.outcome import outcome
from rag.answer.parts import asks_of_all, reckoned, split_question
from rag.answer.people import asks_authorship
from rag.answer.question import Question, analyse, with_plain_dates
from rag.answer.refusal import refusal
from rag.answer.reports import tell_reports
from rag.answer.scoring import FIGURE_KINDS, Scored, score
from rag.answer.several import read_several, writers_of
from rag.answer.trim import clause_spans, trim
from rag.answer.wanted import lacks_wanted
from rag.models import AbstentionCode, Draft, DraftClaim, Evidence, Pointer, Query
from rag.protocols import Reader
from rag.settings import AnswerSettings
from rag.text.names import find_names

MODEL = "extractive"

NEARLY = 0.6
"""Share of the support needed from which a sentence tells why the question is declined: other place, other year."""

AS_SURE = 0.8
"""Share of the best article's support from which another one adds to a list of events or places."""
_SUBJECTLESS = re.compile(r"(?:谁|誰|哪|什么|什麼|甚麼|几|幾|多少|何|为什么|為什麼|怎|如何|是|有|作者|记者|記者|共)")
SHORT_PART = 12
"""Characters up to which a further part of a question is taken to go on about the same thing."""


class ExtractiveAnswerer:
    """Drafts answers from quoted sentences. ``settings`` bounds the claims and sets how sure an answer must be.

    With a ``reader`` the best sentences are also read by it; without one the rules decide alone.
    """

    model = MODEL

    def __init__(self, settings: AnswerSettings, reader: Reader | None = None) -> None:
        self._settings = settings
        self._reader = reader

    def answer(self, query: Query, evidence: Sequence[Evidence]) -> Draft:
        """Answer from the evidence, or abstain with the reason.

        Args:
            query: its ``standalone`` question is answered.
            evidence: ranked passages; pointers of the draft index into it.
        """
        candidates = gather(evidence)
        asked = with_plain_dates(query.standalone)
        if asks_of_all(asked) and not isinstance(whole := self._part(asked, candidates, evidence), str):
            return Draft(tuple(whole[: self._settings.max_claims]), MODEL)
        found: dict[str, list[DraftClaim]] = {}
        refusals: list[AbstentionCode] = []
        for part in split_question(asked):
            said = [claim for claims in found.values() for claim in claims]
            drafted = self._within(part, said, candidates, evidence)
            if isinstance(drafted, str):
                refusals.append(drafted)
            else:
                found[part] = drafted
        claims = said_once([*_worked_out(asked, found), *(claim for part in found.values() for claim in part)])
        if not claims or (refusals and _lacks_a_side(asked, found)):
            return Draft((), MODEL, refusals[0])
        return Draft(tuple(claims[: self._settings.max_claims]), MODEL)

    def _within(
        self, part: str, said: Sequence[DraftClaim], candidates: Sequence[Candidate], evidence: Sequence[Evidence]
    ) -> list[DraftClaim] | AbstentionCode:
        """A part that names nothing of its own is answered from the article of the part before, if that answers it."""
        held = _held(part, said, candidates, evidence)
        outcome = self._part(part, held, evidence)
        if isinstance(outcome, str) and held is not candidates and not _SUBJECTLESS.match(part):
            return self._part(part, candidates, evidence)
        return outcome

    def _part(
        self, text: str, candidates: Sequence[Candidate], evidence: Sequence[Evidence]
    ) -> list[DraftClaim] | AbstentionCode:
        question = analyse(text)
        if not candidates:
            return "no_evidence"
        if several := read_several(question, writers_of(evidence)):
            return tell_reports(
                several,
                question,
                candidates,
                evidence,
                lambda one, scale, among: self._rank(one, scale, among, evidence),
                self._settings.min_support,
            )
        if asks_authorship(question):
            signed = authored(question, candidates, evidence, self._settings.min_support)
            return [signed] if isinstance(signed, DraftClaim) else signed
        return self._fact(question, candidates, evidence)

    def _fact(
        self, question: Question, candidates: Sequence[Candidate], evidence: Sequence[Evidence]
    ) -> list[DraftClaim] | AbstentionCode:
        constraints = read_constraints(question)
        scale = Scale(question, candidates)
        ranked = self._rank(question, scale, candidates, evidence)
        chosen = self._choose(question, constraints, scale, ranked, evidence)
        if heads := _headed(question, constraints, ranked, evidence, chosen):
            return heads
        if not isinstance(chosen, DraftClaim):
            return chosen
        others = self._others(question, constraints, scale, ranked, evidence, chosen)
        further = _further(question, constraints, ranked, evidence, chosen)
        return [chosen, *others, *further, *self._elsewhere(question, constraints, scale, ranked, evidence, chosen)]

    def ranked(self, question: str, evidence: Sequence[Evidence]) -> list[Scored]:
        """Every sentence of the evidence judged for one plain question, best first, whether or not it would be said."""
        candidates, analysed = gather(evidence), analyse(question)
        return self._rank(analysed, Scale(analysed, candidates), candidates, evidence)

    def _rank(
        self, question: Question, scale: Scale, candidates: Sequence[Candidate], evidence: Sequence[Evidence]
    ) -> list[Scored]:
        ranked = rank(question, scale, candidates)
        return blend(self._reader, question, ranked, evidence) if self._reader and ranked else ranked

    def _others(
        self,
        question: Question,
        constraints: Constraints,
        scale: Scale,
        ranked: Sequence[Scored],
        evidence: Sequence[Evidence],
        chosen: DraftClaim,
    ) -> list[DraftClaim]:
        """The claim of another article that gives the asked figure otherwise: both sides are answered with."""
        if question.kind not in FIGURE_KINDS:
            return []
        article = evidence[chosen.pointers[0].evidence].article.article_id
        for scored in ranked:
            item = evidence[scored.candidate.evidence]
            if item.article.article_id == article or scored.support < self._settings.min_support:
                continue
            claim = claim_of(question, scale, scored)
            if disagree(chosen.text, claim.text) and contradiction(constraints, scored.candidate, item) is None:
                return [claim]
        return []

    def _elsewhere(
        self,
        question: Question,
        constraints: Constraints,
        scale: Scale,
        ranked: Sequence[Scored],
        evidence: Sequence[Evidence],
        chosen: DraftClaim,
    ) -> list[DraftClaim]:
        """What other articles add to a list of events or places (哪几次…): as surely told, and nothing said before."""
        if not is_spread(question):
            return []
        index, quote = chosen.pointers[0].evidence, chosen.pointers[0].quote
        own = next(one for one in ranked if one.candidate.evidence == index and quote in one.candidate.text)
        claims = {evidence[index].article.article_id: chosen}
        for scored in ranked:
            item = evidence[scored.candidate.evidence]
            sure = scored.support >= max(self._settings.min_support, own.support * AS_SURE)
            if sure and contradiction(constraints, scored.candidate, item) is None:
                claims.setdefault(item.article.article_id, claim_of(question, scale, scored))
        return said_once(claims.values())[1:MAX_ITEMS]

    def _choose(
        self,
        question: Question,
        constraints: Constraints,
        scale: Scale,
        ranked: Sequence[Scored],
        evidence: Sequence[Evidence],
    ) -> DraftClaim | AbstentionCode:
        against: AbstentionCode | None = None
        for scored in ranked:
            if scored.support < self._settings.min_support * NEARLY:
                continue
            reason = contradiction(constraints, scored.candidate, evidence[scored.candidate.evidence])
            if reason is None and lacks_wanted(question, scored.candidate):
                reason = "not_stated"
            if reason is None and scored.support >= self._settings.min_support:
                return claim_of(question, scale, scored)
            against = against or reason
        return refusal(constraints, scale, ranked, evidence, against)


def _held(
    part: str, claims: Sequence[DraftClaim], candidates: Sequence[Candidate], evidence: Sequence[Evidence]
) -> Sequence[Candidate]:
    """What a part is answered from: a short one without a subject (谁主持?) stays with the last claim's article."""
    if not claims or len(part) > SHORT_PART or _names(part):
        return candidates
    article = evidence[claims[-1].pointers[0].evidence].article.article_id
    return [one for one in candidates if evidence[one.evidence].article.article_id == article]


def _names(part: str) -> bool:
    """Whether a part names somebody or something of its own."""
    return bool(find_names(part)) or any(mark in part for mark in '“「《"')


def _lacks_a_side(asked: str, found: Mapping[str, Sequence[DraftClaim]]) -> bool:
    """Whether a difference or a sum is asked and one of its figures is missing: the other alone answers nothing."""
    reckoning = reckoned(asked)
    return reckoning is not None and reckoning.operation != "more" and not all(map(found.get, reckoning.sides))


def _worked_out(asked: str, found: Mapping[str, Sequence[DraftClaim]]) -> list[DraftClaim]:
    """The outcome of the comparison or sum that is asked for, where each of its sides was found."""
    reckoning = reckoned(asked)
    if reckoning is None:
        return []
    asked_anew = not any(side in found for side in reckoning.sides)  # 各多少家? in the place of the comparison
    parts = list(found) if asked_anew else reckoning.sides
    stated = outcome(reckoning, [found[part][0] if found.get(part) else None for part in parts])
    return [stated] if stated else []


def rank(question: Question, scale: Scale, candidates: Sequence[Candidate]) -> list[Scored]:
    """All candidates judged, best first."""
    best = max((candidate.score for candidate in candidates), default=0.0)
    scored = [score(question, candidate, scale, best) for candidate in candidates]
    return sorted(scored, key=lambda one: (-one.rank, one.candidate.evidence, one.candidate.start))


def _headed(
    question: Question,
    constraints: Constraints,
    ranked: Sequence[Scored],
    evidence: Sequence[Evidence],
    chosen: DraftClaim | AbstentionCode,
) -> list[DraftClaim]:
    """One claim for each subheading that answers, where they belong to the article that answers best."""
    best = ranked[0].candidate
    if isinstance(chosen, DraftClaim):
        article = evidence[chosen.pointers[0].evidence].article.article_id
        best = next(one.candidate for one in ranked if evidence[one.candidate.evidence].article.article_id == article)
    same = sorted(
        (scored.candidate for scored in ranked if scored.candidate.setting is best.setting),
        key=lambda one: (one.evidence, one.start),
    )
    heads = subheadings(question, same)
    if counted := members(question, same):
        return [_opening_clause(one) for one in counted]
    if any(contradiction(constraints, one, evidence[one.evidence]) for one in heads):
        return []
    return [DraftClaim(quote, (Pointer(one.evidence, quote),), None) for one in heads if (quote := one.text)]


def _opening_clause(one: Candidate) -> DraftClaim:
    """What a sentence opens with, up to its first comma."""
    start, end = clause_spans(one.text)[0]
    quote = one.text[start:end].rstrip("，,；;：:")
    return DraftClaim(quote, (Pointer(one.evidence, quote),))


def _further(
    question: Question,
    constraints: Constraints,
    ranked: Sequence[Scored],
    evidence: Sequence[Evidence],
    chosen: DraftClaim,
) -> list[DraftClaim]:
    """Other bearers of the noun a list question asks for, in other sentences of the article that answers."""
    if question.kind != "list":
        return []
    article = evidence[chosen.pointers[0].evidence].article
    claims: list[DraftClaim] = []
    for scored in ranked:
        one = scored.candidate
        span = named_beside(question.noun, one.plain)
        if span is None or evidence[one.evidence].article is not article or one.text[slice(*span)] in chosen.text:
            continue
        if contradiction(constraints, one, evidence[one.evidence]) is None:
            start, end = trim(one.text, span, lambda _piece: 1.0)
            quote = one.text[start:end]
            if quote != chosen.text:
                claims.append(DraftClaim(quote, (Pointer(one.evidence, quote),), one.text[slice(*span)]))
    return claims[:MAX_ITEMS]
