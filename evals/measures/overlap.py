"""Exact match and F1 on characters between the short answer and the gold answers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from evals.gold.strings import comparable
from evals.measures.answers import answer_text
from evals.measures.measure import MeanMeasure, Outcome, Reply, Score, answerable, missing
from evals.samples.sample import Sample

_SQUAD = "Rajpurkar et al. 2016 (SQuAD); characters for words as in Cui et al. 2019 (CMRC 2018); best over the answers"


def short_answer(reply: Reply) -> str:
    """What the reply marks as the answer within its claims; the whole answer where it marks nothing."""
    text = reply.get("answer") or ""
    spans = [claim["answer_span"] for claim in reply.get("claims") or () if claim.get("answer_span")]
    return "".join(text[start:end] for start, end in spans) or answer_text(reply)


def plain(text: str) -> str:
    """Comparable characters without punctuation."""
    return "".join(character for character in comparable(text) if character.isalnum() or character == "%")


def character_f1(answer: str, gold: str) -> float:
    """F1 of the bags of characters; 0 where they share none."""
    said, wanted = Counter(plain(answer)), Counter(plain(gold))
    shared = (said & wanted).total()
    return 2 * shared / (said.total() + wanted.total()) if shared else 0.0


def gold_answers(sample: Sample) -> list[str]:
    """Answers and variants."""
    return [*sample.gold.get("answers", ()), *sample.gold.get("variants", ())]


@dataclass(frozen=True)
class CharacterExact(MeanMeasure):
    """Share of answerable questions whose short answer is one of the gold answers, punctuation apart."""

    name = "char_em"
    source = _SQUAD

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """1 or 0."""
        golds = gold_answers(sample) if answerable(sample) else []
        if not golds:
            return None
        said = plain(short_answer(reply))
        return missing(reply) or Score(float(any(said == plain(gold) for gold in golds)))


@dataclass(frozen=True)
class CharacterF1(MeanMeasure):
    """Mean over answerable questions of the best character F1 against a gold answer."""

    name = "char_f1"
    source = _SQUAD

    def score(self, sample: Sample, reply: Reply) -> Outcome:
        """In [0, 1]."""
        golds = gold_answers(sample) if answerable(sample) else []
        if not golds:
            return None
        said = short_answer(reply)
        return missing(reply) or Score(max(character_f1(said, gold) for gold in golds))
