"""A run judged by a model: every claim against its quotes beside our verifier, or two runs reply against reply.

Citation recall and precision are ALCE's, computed by the same measures with the model in the verifier's place.
Knows nothing of models or prompts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from evals.agreement import agreement, figure
from evals.compare import asked, said
from evals.judge import ModelJudge, Preference, Support
from evals.measures import Bench, Score, Unscored
from evals.measures.alce import CitationPrecision, CitationRecall
from evals.measures.answers import answer_text
from evals.samples.sample import Sample
from evals.statistics import mean_interval
from rag.models import Verdict
from rag.protocols import Progress
from rag.verify import RuleVerifier

Json = dict[str, Any]

AT_ONCE = 4
"""Rows judged side by side."""


@dataclass(frozen=True, slots=True)
class Item:
    """One claim with what it rests on. ``gold``: its label where the data have one."""

    id: str
    question: str
    answer: str
    claim: str
    quotes: tuple[str, ...]
    verifier: str
    gold: str | None = None


@dataclass(frozen=True, slots=True)
class JudgedItem:
    """An item with its judgement."""

    item: Item
    found: Support | Unscored


@dataclass(slots=True)
class Judged:
    """All judgements of a run; ``citations``: measure → outcomes of the answers by the judge and by our verifier."""

    items: list[JudgedItem] = field(default_factory=list)
    citations: dict[str, list[tuple[float | None, float | None]]] = field(default_factory=dict)


def items(row: Json) -> Iterator[Item]:
    """The claims of a sample; those without quotes have nothing to be judged by."""
    reply, name = row["reply"], str(row["id"])
    if row["task"] == "verify" and "verdict" in reply:
        given = row["input"]
        label = row["gold"].get("label")
        yield Item(name, "", "", given["claim"], tuple(given["evidence"]), reply["verdict"], label)
    quotes = {one["marker"]: one["quote"] for one in reply.get("citations") or () if "marker" in one}
    for index, claim in enumerate(reply.get("claims") or ()):
        cited = tuple(quotes[marker] for marker in claim.get("citations") or () if marker in quotes)
        if cited:
            verdict = claim.get("verdict") or RuleVerifier().verify(claim["text"], ["\n".join(cited)]).label
            yield Item(f"{name}/{index}", asked(row), str(said(row)), claim["text"], cited, verdict)


async def judge_run(rows: Sequence[Json], judge: ModelJudge, progress: Progress | None = None) -> Judged:
    """Judge every claim of the rows.

    Raises:
        ModelUnavailableError: the judge cannot be reached at all.
        BudgetError: the budget is spent; what was judged is kept.
    """
    judged = Judged()
    slots = asyncio.Semaphore(AT_ONCE)
    done = 0

    async def one(row: Json) -> tuple[list[JudgedItem], dict[str, tuple[float | None, float | None]]]:
        nonlocal done
        async with slots:
            found = [JudgedItem(item, await judge.support(item.claim, ["\n".join(item.quotes)])) for item in items(row)]
            cited = await _citations(row, judge)
        done += 1
        if progress:
            progress("judge", done, len(rows))
        return found, cited

    for found, cited in await _all([one(row) for row in rows]):
        judged.items += found
        for name, pair in cited.items():
            judged.citations.setdefault(name, []).append(pair)
    return judged


def judged_json(judged: Judged, judge: ModelJudge, seed: int = 0) -> Json:
    """The figures: labels, agreement with our verifier and with the gold, citation measures by both."""
    scored = [(one.item, one.found) for one in judged.items if isinstance(one.found, Support)]
    labels: dict[str, int] = {}
    for _, found in scored:
        labels[found.label] = labels.get(found.label, 0) + 1
    with_gold = [(item.gold, found.label) for item, found in scored if item.gold]
    return {
        "judge": judge.name,
        "n": len(judged.items),
        "unscored": len(judged.items) - len(scored),
        "unscored_because": sorted({one.found.reason for one in judged.items if isinstance(one.found, Unscored)})[:3],
        "labels": labels,
        "with_verifier": agreement([(item.verifier, found.label) for item, found in scored], seed),
        "with_gold": agreement(with_gold, seed) if with_gold else None,
        "citations": {name: _both(pairs, seed) for name, pairs in judged.citations.items()},
        "usage": asdict(judge.usage),
    }


async def judge_pair(pairs: Sequence[tuple[Json, Json]], judge: ModelJudge, seed: int = 0) -> Json:
    """Which of two runs replies better, question by question; equal replies are ties without asking.

    Returns:
        Wins of either, ties, how many were swayed by position, unscored, and ``b_preferred``: the mean of 1 for B,
        one half for a tie and 0 for A, with its interval.
    """
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(a: Json, b: Json) -> Preference | Unscored:
        ours, theirs = _reply(a), _reply(b)
        if ours == theirs:
            return Preference("tie", False, ("the same reply", "the same reply"))
        async with slots:
            return await judge.prefer(asked(a), ours, theirs)

    found = await _all([one(a, b) for a, b in pairs])
    scored = [one for one in found if isinstance(one, Preference)]
    points = [{"a": 0.0, "tie": 0.5, "b": 1.0}[one.choice] for one in scored]
    return {
        "judge": judge.name,
        "n": len(found),
        **{word: sum(one.choice == choice for one in scored) for word, choice in _WORDS.items()},
        "swayed": sum(one.swayed for one in scored),
        "unscored": len(found) - len(scored),
        "b_preferred": figure(mean_interval(points, seed)) if points else None,
        "usage": asdict(judge.usage),
    }


_WORDS = {"a_better": "a", "b_better": "b", "ties": "tie"}


async def _all(work: Sequence[Any]) -> list[Any]:
    """All results in order; the rest is cancelled when one fails."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _reply(row: Json) -> str:
    reply = row["reply"]
    declined = (reply.get("abstention") or {}).get("message") or "无法回答。"
    return str(reply.get("summary") or answer_text(reply) or declined)


class _NotJudgedError(Exception):
    """A measure asked for a judgement that is not in the table yet."""

    def __init__(self, claim: str, evidence: str) -> None:
        super().__init__(claim)
        self.claim, self.evidence = claim, evidence


@dataclass(frozen=True)
class _TableVerifier:
    """A ``Verifier`` that knows what the judge has said."""

    known: Mapping[tuple[str, str], Support]

    def verify(self, claim: str, evidence: Sequence[str]) -> Verdict:
        text = "\n".join(evidence)
        if (claim, text) not in self.known:
            raise _NotJudgedError(claim, text)
        found = self.known[claim, text]
        return Verdict(found.label, found.reason)


async def _citations(row: Json, judge: ModelJudge) -> dict[str, tuple[float | None, float | None]]:
    """ALCE's two measures of one answer, by the judge and by our verifier; empty where it makes no statement."""
    sample = Sample(row["id"], row["task"], row["type"], row["lang"], row["input"], row["gold"])
    found: dict[str, tuple[float | None, float | None]] = {}
    if not row["reply"].get("claims"):
        return found
    for kind in (CitationRecall, CitationPrecision):
        ours = kind(Bench(verifier=RuleVerifier())).score(sample, row["reply"])
        theirs = await _by_judge(kind, sample, row["reply"], judge)
        if isinstance(ours, Score):
            found[kind.name] = (theirs, ours.value)
    return found


async def _by_judge(
    kind: type[CitationRecall] | type[CitationPrecision], sample: Sample, reply: Json, judge: ModelJudge
) -> float | None:
    """The measure with the judge for its verifier: asked for each judgement that it turns out to need."""
    known: dict[tuple[str, str], Support] = {}
    measure = kind(Bench(verifier=_TableVerifier(known)))
    while True:
        try:
            outcome = measure.score(sample, reply)
        except _NotJudgedError as wanted:
            found = await judge.support(wanted.claim, [wanted.evidence])
            if isinstance(found, Unscored):
                return None
            known[wanted.claim, wanted.evidence] = found
        else:
            return outcome.value if isinstance(outcome, Score) else None


def _both(pairs: Sequence[tuple[float | None, float | None]], seed: int) -> Json:
    """Both figures over the answers that both scored."""
    scored = [(judge, ours) for judge, ours in pairs if judge is not None and ours is not None]
    if not scored:
        return {"judge": None, "verifier": None, "unscored": len(pairs)}
    return {
        "judge": figure(mean_interval([judge for judge, _ in scored], seed)),
        "verifier": figure(mean_interval([ours for _, ours in scored], seed)),
        "unscored": len(pairs) - len(scored),
    }
