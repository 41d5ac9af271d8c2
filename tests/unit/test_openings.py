"""The opening a model writes: only what is checked is said, and where nothing is, there is none."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import pytest

from rag.digest import Item, compose
from rag.errors import ModelOutputError, ModelUnavailableError
from rag.models import Draft, DraftClaim, Evidence, Pointer, Usage
from rag.openings import MAX_CHARS, SHOWN, SHOWN_CHARS, Opening, Openings
from rag.protocols import Generator
from rag.replies import whole_article
from rag.verify import RuleVerifier
from tests.unit.digest.stories import item

TEXTS = [f"甘泉县第{'甲乙丙丁戊'[at]}工程5月{at + 1}日竣工，投资{at + 2}亿元。" for at in range(5)]
TRUE = DraftClaim("甘泉县第戊工程5月5日竣工", (Pointer(0, "甘泉县第戊工程5月5日竣工"),))
FALSE = DraftClaim("甘泉县第戊工程投资九十亿元", (Pointer(0, "投资6亿元"),))


class _Model:
    """Writes what it is told; keeps what it was shown."""

    model = "scripted"

    def __init__(self, *claims: DraftClaim, error: Exception | None = None) -> None:
        self._claims = claims
        self._error = error
        self.shown: list[Evidence] = []
        self.room = 0

    async def opening(self, evidence: Sequence[Evidence], max_chars: int) -> Draft:
        self.shown, self.room = list(evidence), max_chars
        if self._error:
            raise self._error
        return Draft(self._claims, self.model, usage=Usage(7, 3, 0.5))


def _items(texts: Sequence[str] = TEXTS) -> list[Item]:
    return [item(f"a{at}", text) for at, text in enumerate(texts)]


def _written(model: object, items: Sequence[Item], max_chars: int | None = None) -> Opening:
    evidence = {one.article.article_id: whole_article(one.article, one.document, one.article.text) for one in items}
    with ThreadPoolExecutor(1) as pool:
        openings = Openings(cast("Generator", model), RuleVerifier(), pool)
        return asyncio.run(openings.write(items, evidence, max_chars))


def test_what_is_supported_is_said_with_its_citation_and_the_rest_is_dropped_with_its_reason() -> None:
    made = _written(_Model(TRUE, FALSE), _items())
    assert [statement.text for statement in made.statements] == [TRUE.text]
    assert [citation.article_id for citation in made.statements[0].citations] == ["a4"]
    assert len(made.dropped) == 1
    assert made.usage == Usage(7, 3, 0.5)


def test_the_digest_opens_with_what_the_model_wrote_else_with_its_best_statements() -> None:
    items = _items()
    written = compose(items, None, _written(_Model(TRUE), items).statements)
    assert [written.claims[at].text for at in written.opening] == [TRUE.text]
    assert all(story.claims for story in written.stories)
    plain = compose(items, None, _written(_Model(FALSE), items).statements)
    assert [plain.claims[at].text for at in plain.opening] == TEXTS[:2]


def test_a_model_is_shown_the_beginnings_of_the_most_newsworthy_reports() -> None:
    model = _Model(TRUE)
    _written(model, _items([*(text * 40 for text in TEXTS * 3)]), 500)
    assert len(model.shown) == SHOWN
    assert all(0 < len(found.passage.text) <= SHOWN_CHARS for found in model.shown)
    assert model.room == 200
    _written(model, _items())
    assert model.room == MAX_CHARS


def test_few_stories_and_a_generator_that_writes_none_need_no_model() -> None:
    model = _Model(TRUE)
    assert _written(model, _items(TEXTS[:3])) == Opening()
    assert not model.shown
    assert _written(object(), _items()) == Opening()


def test_a_model_that_writes_nonsense_is_named_and_one_that_is_not_there_is_an_error() -> None:
    made = _written(_Model(error=ModelOutputError("not JSON")), _items())
    assert made.statements == ()
    assert "not JSON" in made.dropped[0]
    with pytest.raises(ModelUnavailableError):
        _written(_Model(error=ModelUnavailableError("down")), _items())
