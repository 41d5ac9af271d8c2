"""What is about a topic: by its words and meaning together, or by meaning alone where that is strong."""

from __future__ import annotations

from typing import cast

import pytest

from rag.copies import CopyAwareRetriever
from rag.models import Evidence, Filters, LegScore, Query, Ranking
from rag.replies import whole_article
from rag.topics import Topics
from tests.unit.digest.stories import article


class _Retriever:
    def __init__(self, found: dict[str, tuple[str, float | None]]) -> None:
        self._found = found

    def every(self, query: Query, k: int, per_article: int | None = None) -> Ranking:
        shown = []
        for rank, (name, (text, cosine)) in enumerate(self._found.items(), 1):
            whole = whole_article(article(name, text), "1.txt", text)
            legs = () if cosine is None else (LegScore("dense", cosine, rank),)
            shown.append(Evidence(whole.passage, whole.article, whole.document, text, 1.0, rank, legs))
        return Ranking(tuple(shown))


def _about(topic: str, found: dict[str, tuple[str, float | None]]) -> set[str]:
    retriever = cast("CopyAwareRetriever", _Retriever(found))
    return Topics(retriever, "default").articles(topic, Filters())


@pytest.mark.parametrize(
    ("text", "cosine", "is_about"),
    [
        ("清水水库竣工。", 0.86, True),  # named, and near the best
        ("清水水库旁的学校开学。", 0.81, False),  # named in passing
        ("大坝合龙。", 0.89, True),  # in other words
        ("学校开学。", 0.86, False),  # near nothing
        ("清水水库竣工。", None, True),  # the dense leg is missing: words decide
        ("大坝合龙。", None, False),
    ],
)
def test_an_article_is_about_a_topic_by_words_and_meaning(text: str, cosine: float | None, is_about: bool) -> None:
    assert ("a" in _about("水库", {"a": (text, cosine), "best": ("水库", 0.9)})) is is_about


def test_a_topic_nothing_is_about_finds_nothing() -> None:
    assert _about("水库", {"a": ("学校开学。", 0.83), "b": ("剧团演出。", 0.84)}) == set()
