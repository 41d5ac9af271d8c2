"""What the articles of a digest say otherwise than each other: figures of one fact that differ, both sides quoted.

Copies of one report are compared sentence by sentence; other stories only where they tell of the same thing. Knows
nothing of how a digest is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.answer.conflicts import disagreement
from rag.digest import Item
from rag.duplicates import other_figures, report_text
from rag.models import Draft, DraftClaim, Evidence, Pointer, Statement
from rag.protocols import Verifier
from rag.replies import contradiction
from rag.text.figures import find_figures
from rag.text.normalise import fold
from rag.text.sentences import split_sentences
from rag.verify import Checked, check_draft

SAME_THING = 0.3
"""Share of the pairs of characters of the shorter headline and first sentence that the other must have to be compared.
In a whole corpus sentences made from one form (…镇共有党员…) differ in their figures and contradict nothing."""

MAX_COMPARED = 20
"""Stories compared with one story, the most alike first."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Two statements that give one fact with different figures, and why that may be."""

    first: Statement
    second: Statement
    reason: str


def stated(checked: Checked) -> list[Statement]:
    """The claims of a checked draft, each with its own citations."""
    return [
        Statement(
            claim.text,
            claim.verdict,
            claim.reason,
            tuple(checked.citations[number - 1] for number in claim.citations),
        )
        for claim in checked.claims
    ]


def quoted(text: str, evidence: Evidence, verifier: Verifier) -> Statement | None:
    """Words of an article as a verified statement; None where checking does not carry them."""
    said = " ".join(text.split())
    draft = Draft((DraftClaim(said, (Pointer(0, text),)),), "extractive")
    found = stated(check_draft(draft, [evidence], verifier, markers=False))
    return found[0] if found else None


def other_sides(
    items: Sequence[Item], evidence: Mapping[str, Evidence], verifier: Verifier
) -> tuple[list[Item], list[Clash]]:
    """The items, each with what others say otherwise, and all such pairs.

    Args:
        items: the stories.
        evidence: every article asked for, whole, by id.
        verifier: judges the other side's words.
    """
    clashes: dict[int, list[Clash]] = defaultdict(list)
    for at, item in enumerate(items):
        clashes[at] += _among_copies(item, evidence, verifier)
    for at, other in _alike(items):
        clashes[at] += _between(items[at], items[other], evidence, verifier)
    found = [
        replace(item, others=tuple((clash.first, clash.second) for clash in clashes[at]))
        for at, item in enumerate(items)
    ]
    return found, [clash for at in sorted(clashes) for clash in clashes[at]]


def _among_copies(item: Item, evidence: Mapping[str, Evidence], verifier: Verifier) -> Iterator[Clash]:
    for name in item.merged:
        copy = evidence.get(name)
        if copy is None:
            continue
        for statement in item.statements:
            sentence = other_figures(statement.text, report_text(copy.article))
            other = quoted(sentence, copy, verifier) if sentence else None
            if other is not None:
                yield Clash(statement, other, f"同一报道的另一刊载({copy.document})数字不同")


def _between(one: Item, other: Item, evidence: Mapping[str, Evidence], verifier: Verifier) -> Iterator[Clash]:
    """Where another story gives a fact of this one's line otherwise: in its line, else anywhere in its text."""
    there = evidence[other.article.article_id]
    for statement in one.statements:
        if not _counts(statement.text):
            continue
        said = next((theirs for theirs in other.statements if disagreement(statement.text, theirs.text)), None)
        if said is None:
            sentence = next(_disagreeing(statement.text, there.article.text), None)
            said = quoted(sentence, there, verifier) if sentence else None
        reason = contradiction(statement.text, statement.citations[0], said.text, said.citations[0]) if said else None
        if said is not None and reason is not None:
            yield Clash(statement, said, reason)


def _disagreeing(statement: str, text: str) -> Iterator[str]:
    for start, end in split_sentences(text):
        if _counts(text[start:end]) and disagreement(statement, text[start:end]):
            yield text[start:end]


def _counts(text: str) -> bool:
    """Whether a statement gives exactly one figure that could be given otherwise."""
    return sum(figure.kind not in ("date", "time", "ordinal", "score") for figure in find_figures(text)) == 1


def _alike(items: Sequence[Item]) -> Iterator[tuple[int, int]]:
    """Pairs of stories that tell of the same thing, each once, by the words of their headlines and first sentences."""
    pairs = [_pairs(item) for item in items]
    holders: dict[str, list[int]] = defaultdict(list)
    for at, mine in enumerate(pairs):
        shared: dict[int, int] = defaultdict(int)
        for pair in mine:
            for other in holders[pair]:
                shared[other] += 1
            holders[pair].append(at)
        near = [
            (count / min(len(mine), len(pairs[other])), -other)
            for other, count in shared.items()
            if count >= SAME_THING * min(len(mine), len(pairs[other]))
        ]
        for _, other in sorted(near, reverse=True)[:MAX_COMPARED]:
            yield -other, at


def _pairs(item: Item) -> set[str]:
    article = item.article
    start, end = next(iter(article.body_spans), (0, len(article.text)))
    first = next(iter(split_sentences(article.text[start:end])), (0, 0))
    text = fold(f"{article.title or ''}|{article.text[start + first[0] : start + first[1]]}")
    return {a + b for a, b in pairwise(text) if a.isalpha() and b.isalpha()}
