"""One answer, event by event: nothing unverified leaves, failures are asked for once more, costs add up."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.asking import Answered, AnswerEvent, Asked, Asking, Collections, Found
from rag.errors import ModelOutputError
from rag.mapping import MappedText
from rag.models import (
    Article,
    Draft,
    DraftClaim,
    Evidence,
    Fault,
    Filters,
    Part,
    Passage,
    Pointer,
    Query,
    Ranking,
    Rewriting,
    Turn,
    Usage,
)
from rag.protocols import Generator, SummaryRequest
from rag.serialise import answer_json
from rag.verify import RuleVerifier, Said

SOURCE = "大桥全长1280米。投资3.5亿元。昨日通车的是南引桥。"
ASKED = Asked("大桥多长?", (), Filters(), "default")
TRUE = ("大桥全长1280米", "投资3.5亿元", "昨日通车的是南引桥")
FALSE = "大桥全长2180米"
COST = Usage(10, 5, 0.5)


def _claim(text: str) -> DraftClaim:
    return DraftClaim(text, (Pointer(0, text),))


class Scripted:
    """Drafts what it is told; remembers what it was asked."""

    model = "scripted"

    def __init__(self, *claims: str, revised: Sequence[str] | None = None) -> None:
        self.claims = claims
        self.revised = revised
        self.asked: list[str] = []
        self.faults: tuple[Fault, ...] = ()

    async def answer(self, query: Query, evidence: Sequence[Evidence]) -> Draft:
        self.asked.append("answer")
        return Draft(tuple(_claim(text) for text in self.claims), self.model, usage=COST)

    async def summarise(self, request: SummaryRequest) -> Draft:
        raise AssertionError("no summary was asked for")


class Revising(Scripted):
    async def revise(self, query: Query, evidence: Sequence[Evidence], faults: Sequence[Fault]) -> Draft:
        self.asked.append("revise")
        self.faults = tuple(faults)
        return Draft(tuple(_claim(text) for text in self.revised or ()), self.model, usage=COST)


class RewritingModel(Scripted):
    async def rewrite(self, question: str, history: Sequence[Turn]) -> Rewriting:
        self.asked.append("rewrite")
        return Rewriting("大桥造价多少?", COST)


class Streaming(Scripted):
    """One draft a claim; breaks off where the script says ``!``."""

    async def stream_answer(self, query: Query, evidence: Sequence[Evidence]) -> AsyncIterator[Draft]:
        self.asked.append("stream")
        for text in self.claims:
            if text == "!":
                raise ModelOutputError("the reply broke off before its end")
            yield Draft((_claim(text),), self.model)
        yield Draft((), self.model, usage=COST)


@pytest.fixture(scope="module")
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def _ranking() -> Ranking:
    mapped = MappedText.from_pieces(SOURCE, [[(0, len(SOURCE))]])
    article = Article("art_1", "doc_1", "article", mapped, (Part("body", 0, len(mapped.text)),))
    return Ranking((Evidence(Passage.of(article, 0, len(SOURCE)), article, "page.txt", SOURCE, 0.8, 1),))


async def _events(
    generator: Scripted,
    pool: ThreadPoolExecutor,
    *,
    streaming: bool = False,
    ranking: Ranking | None = None,
    asked: Asked = ASKED,
) -> list[AnswerEvent]:
    ledger = SimpleNamespace(corpus_fingerprint=lambda _: "sha256:x", counts=lambda _: SimpleNamespace(documents=1))
    found = _ranking() if ranking is None else ranking
    asking = Asking(
        lambda _: found,
        cast(Generator, generator),
        RuleVerifier(),
        cast(Collections, ledger),
        pool,
        lambda answer: answer,
    )
    return [event async for event in asking.events(asked, streaming=streaming)]


def _answered(events: Sequence[AnswerEvent]) -> Answered:
    last = events[-1]
    assert isinstance(last, Answered)
    return last


async def test_the_evidence_comes_first_then_claims_then_the_whole_answer(pool: ThreadPoolExecutor) -> None:
    events = await _events(Scripted(*TRUE), pool)
    assert [type(event) for event in events] == [Found, Said, Said, Said, Answered]
    deltas = [event.delta for event in events if isinstance(event, Said)]
    assert "".join(deltas) == _answered(events).answer.answer
    assert all(delta.endswith("。") for delta in deltas)


@pytest.mark.parametrize("streaming", [False, True])
async def test_an_unsupported_claim_never_leaves(pool: ThreadPoolExecutor, streaming: bool) -> None:
    generator = Streaming(TRUE[0], FALSE, TRUE[1])
    events = await _events(generator, pool, streaming=streaming)
    assert generator.asked == ["stream" if streaming else "answer"]
    assert not any(FALSE in event.delta for event in events if isinstance(event, Said))
    answer = _answered(events).answer
    assert [claim.text for claim in answer.claims] == [TRUE[0], TRUE[1]]
    assert any(FALSE in dropped for dropped in answer.dropped)


class Doubting(Scripted):
    """Says of each claim how surely it answers: less from one to the next."""

    async def answer(self, query: Query, evidence: Sequence[Evidence]) -> Draft:
        claims = (replace(_claim(text), support=0.9 - 0.2 * at) for at, text in enumerate(self.claims))
        return Draft(tuple(claims), self.model)


async def test_an_answer_is_as_sure_as_its_least_sure_claim(pool: ThreadPoolExecutor) -> None:
    answer = _answered(await _events(Doubting(*TRUE[:2]), pool)).answer
    assert answer.confidence == pytest.approx(0.7)
    assert answer_json(answer)["confidence"] == 0.7


@pytest.mark.parametrize("generator", [Scripted(*TRUE), Doubting(FALSE)])
async def test_confidence_is_silent_where_nothing_is_said_of_it_or_nothing_answered(
    pool: ThreadPoolExecutor, generator: Scripted
) -> None:
    assert "confidence" not in answer_json(_answered(await _events(generator, pool)).answer)


async def test_failed_claims_are_asked_for_once_more_with_the_reason(pool: ThreadPoolExecutor) -> None:
    generator = Revising(FALSE, TRUE[1], revised=[TRUE[0]])
    events = await _events(generator, pool)
    assert generator.asked == ["answer", "revise"]
    [fault] = generator.faults
    assert fault.claim == FALSE
    assert "2180" in fault.reason
    answered = _answered(events)
    assert [claim.text for claim in answered.answer.claims] == [TRUE[1], TRUE[0]]
    assert answered.answer.usage == COST + COST


async def test_a_revision_that_fails_again_is_removed_and_reported_not_asked_for_again(
    pool: ThreadPoolExecutor,
) -> None:
    generator = Revising(FALSE, revised=[FALSE])
    answer = _answered(await _events(generator, pool)).answer
    assert generator.asked == ["answer", "revise"]
    assert answer.abstained
    assert len(answer.dropped) == 2


async def test_a_draft_without_faults_is_not_revised(pool: ThreadPoolExecutor) -> None:
    generator = Revising(*TRUE)
    await _events(generator, pool)
    assert generator.asked == ["answer"]


HISTORY = (Turn("user", "大桥多长?"), Turn("assistant", "1280米"))


async def test_a_follow_up_is_rewritten_by_a_model_that_can_and_its_cost_counts(pool: ThreadPoolExecutor) -> None:
    generator = RewritingModel(TRUE[1])
    answer = _answered(await _events(generator, pool, asked=replace(ASKED, question="造价呢?", history=HISTORY))).answer
    assert generator.asked == ["rewrite", "answer"]
    assert answer.standalone_question == "大桥造价多少?"
    assert answer.usage == COST + COST


async def test_a_first_question_is_never_rewritten_and_other_models_leave_it_to_the_rules(
    pool: ThreadPoolExecutor,
) -> None:
    generator = RewritingModel(TRUE[1])
    assert _answered(await _events(generator, pool)).answer.standalone_question == ASKED.question
    assert generator.asked == ["answer"]
    asked = replace(ASKED, question="那造价呢?", history=HISTORY)
    standalone = _answered(await _events(Scripted(TRUE[1]), pool, asked=asked)).answer.standalone_question
    assert standalone != asked.question
    assert "大桥" in standalone


async def test_without_evidence_no_model_is_asked(pool: ThreadPoolExecutor) -> None:
    generator = Revising(*TRUE)
    answer = _answered(await _events(generator, pool, ranking=Ranking(()))).answer
    assert generator.asked == []
    assert answer.abstention is not None
    assert answer.abstention.code == "no_evidence"


async def test_a_stream_that_breaks_off_is_no_answer(pool: ThreadPoolExecutor) -> None:
    with pytest.raises(ModelOutputError):
        await _events(Streaming(TRUE[0], "!"), pool, streaming=True)


@given(st.lists(st.sampled_from([*TRUE, FALSE]), max_size=6))
async def test_streamed_or_not_the_answer_is_the_same(texts: list[str]) -> None:
    with ThreadPoolExecutor(1) as pool:
        whole = _answered(await _events(Streaming(*texts), pool)).answer
        events = await _events(Streaming(*texts), pool, streaming=True)
    streamed = _answered(events).answer
    assert (streamed.answer, streamed.claims, streamed.citations) == (whole.answer, whole.claims, whole.citations)
    assert "".join(event.delta for event in events if isinstance(event, Said)) == (whole.answer or "")
