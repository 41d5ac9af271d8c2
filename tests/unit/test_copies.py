"""Copies of what was found: named, collapsed, and gone with the document that carried them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.adapters.rensa import RensaSigner
from rag.copies import CopyAwareRetriever, CopyFinder, collapsed
from rag.duplicates import Print, alike, clusters, copies_among, signed_hashes
from rag.ledger import CutDocument, Ledger
from rag.models import Answer, Article, Citation, Claim, Copies, Document, Evidence, Passage, Query, Ranking
from rag.retrieve import Retriever
from tests.fakes import make_document, one_line_one_article
from tests.unit.test_duplicates import prose

HERE = "default"
REPORT = "园区非公组织党员达到1647人。" + prose(1)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    opened = Ledger.open("sqlite://", RensaSigner(signed_hashes))
    yield opened
    opened.close()


def take_in(ledger: Ledger, text: str, name: str, **metadata: str) -> Document:
    document = make_document(text, name=name, **metadata)
    ledger.mark_ready(ledger.put_pending([CutDocument(document, one_line_one_article(document), ())]))
    return document


def only(document: Document) -> str:
    return one_line_one_article(document)[0].article_id


def names(ledger: Ledger, document: Document) -> list[str]:
    found = CopyFinder(ledger, HERE).copies([only(document)])
    return [copy.document for copy in found[only(document)].others]


def test_copies_are_found_from_every_side_and_an_article_alone_has_none(ledger: Ledger) -> None:
    whole, half = take_in(ledger, REPORT, "a"), take_in(ledger, REPORT[:180], "b")
    again, alone = take_in(ledger, prose(9, 2) + REPORT, "c"), take_in(ledger, prose(2), "d")
    assert names(ledger, whole) == ["b", "c"]
    assert names(ledger, half) == ["a", "c"]
    assert names(ledger, again) == ["a", "b"]
    assert CopyFinder(ledger, HERE).copies([only(alone), "art_none"]) == {only(alone): Copies()}


def test_deleting_one_copy_leaves_the_others(ledger: Ledger) -> None:
    one, other, third = (take_in(ledger, REPORT + mark, name) for mark, name in (("", "a"), ("。", "b"), ("!", "c")))
    ledger.purge(ledger.tombstone(HERE, other.document_id))
    assert names(ledger, one) == ["c"]
    assert names(ledger, third) == ["a"]
    ledger.tombstone(HERE, third.document_id)
    assert names(ledger, one) == []


def test_a_replaced_copy_is_judged_by_its_new_text(ledger: Ledger) -> None:
    one = take_in(ledger, REPORT, "a")
    take_in(ledger, REPORT + "。", "b")
    assert names(ledger, one) == ["b"]
    take_in(ledger, prose(7), "b")
    assert names(ledger, one) == []


def test_other_collections_and_what_a_page_repeats_are_no_copies(ledger: Ledger) -> None:
    here = take_in(ledger, f"{REPORT}\n={REPORT}", "a")
    elsewhere = make_document(REPORT, name="b", collection="other")
    ledger.mark_ready(ledger.put_pending([CutDocument(elsewhere, one_line_one_article(elsewhere), ())]))
    assert names(ledger, here) == []


def evidence(document: Document, copies: Copies | None, rank: int, start: int = 0, end: int = 100) -> Evidence:
    article = one_line_one_article(document)[0]
    passage = Passage.of(article, start, end)
    return Evidence(passage, article, document.document, document.text, 1 / rank, rank, copies=copies)


def test_a_passage_that_is_held_above_is_left_out_and_one_that_is_new_stays(ledger: Ledger) -> None:
    short, whole = take_in(ledger, REPORT[:150], "short"), take_in(ledger, REPORT, "whole")
    told = CopyFinder(ledger, HERE).copies([only(short), only(whole)])
    first = evidence(short, told[only(short)], 1)
    ranking = Ranking((first, evidence(whole, told[only(whole)], 2), evidence(whole, told[only(whole)], 3, 160, 260)))
    shown = collapsed(ranking, 10).evidence
    assert [(one.document, one.passage.start, one.rank) for one in shown] == [("short", 0, 1), ("whole", 160, 2)]
    assert collapsed(ranking, 1).evidence == (first,)


def test_a_figure_that_a_copy_prints_otherwise_is_a_conflict(ledger: Ledger) -> None:
    one = take_in(ledger, REPORT, "a")
    take_in(ledger, REPORT.replace("1647", "1674"), "b")
    quote = "园区非公组织党员达到1647人"
    copies = CopyFinder(ledger, HERE).copies([only(one)])[only(one)]
    citation = Citation(
        1, "a", one.document_id, only(one), None, None, None, quote, ((0, len(quote)),), 1.0, copies=copies
    )
    claim = Claim(quote, 0, len(quote), "supported", None, (1,))
    answer = Answer("ans_1", "多少人?", "多少人?", f"{quote}[1]。", None, (claim,), (citation,), "extractive")
    (conflict,) = CopyFinder(ledger, HERE).with_differences(answer).conflicts
    assert conflict.claims == (0,)
    assert "1674" in conflict.reason
    assert "b" in conflict.reason


# --- the same whatever is kept, and in whatever order it is asked -----------------------------------------------------

BLOCKS = [prose(seed, 4) for seed in range(5)]
"""Reports are made of one to three of these, so some are copies, some hold two others, some stand alone."""

TEXTS = st.lists(st.sampled_from(BLOCKS), min_size=1, max_size=3, unique=True).map("".join)


class OneKey:
    """Everything is a candidate for everything."""

    def keys(self, article: Article) -> tuple[int, ...]:
        return (1,)


class Ranked(Retriever):
    """Finds what it is given, as deep as it is asked."""

    def __init__(self, ranking: Ranking) -> None:
        self.ranking = ranking
        self.depths: list[int] = []

    def retrieve(self, query: Query, k: int, per_article: int | None = None) -> Ranking:
        self.depths.append(k)
        return replace(self.ranking, evidence=self.ranking.evidence[:k])


def compared_one_by_one(ledger: Ledger) -> dict[str, Copies]:
    """Every visible article's copies by comparing every two of them."""
    stored = {article.article_id: (article, name) for article, name in ledger.articles(HERE)}
    prints = {name: Print.of(article) for name, (article, _) in stored.items()}
    pairs = [pair for pair in combinations(stored, 2) if alike(prints[pair[0]], prints[pair[1]])]
    told: dict[str, Copies] = {}
    for group in clusters(prints, pairs):
        told |= copies_among([stored[name] for name in sorted(group)])
    return told


@settings(max_examples=25, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=7), st.data())
def test_kept_copies_are_those_of_comparing_all_while_documents_come_and_go(
    texts: list[str], data: st.DataObject
) -> None:
    ledger = Ledger.open("sqlite://", OneKey())
    finder = CopyFinder(ledger, HERE)
    documents = {f"{at}": take_in(ledger, f"{text}{at}", f"{at}") for at, text in enumerate(texts)}
    everyone = [only(document) for document in documents.values()]
    for gone in (*data.draw(st.permutations(list(documents)))[:3], None):
        told = compared_one_by_one(ledger)
        for asked in data.draw(st.lists(st.lists(st.sampled_from(everyone), unique=True), max_size=3)):
            assert finder.copies(asked) == {name: told[name] for name in asked if name in told}
        assert finder.copies(everyone) == told
        if gone is not None:
            ledger.tombstone(HERE, documents[gone].document_id)
    ledger.close()


@settings(max_examples=25, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=10), st.integers(1, 6))
def test_copies_looked_up_as_far_as_shown_collapse_as_if_all_were_known(texts: list[str], k: int) -> None:
    ledger = Ledger.open("sqlite://", OneKey())
    documents = [take_in(ledger, f"{text}{at}", f"{at}") for at, text in enumerate(texts)]
    ranking = Ranking(tuple(evidence(document, None, rank) for rank, document in enumerate(documents, 1)))
    found = Ranked(ranking)
    shown = CopyAwareRetriever(found, CopyFinder(ledger, HERE), collapse=True).retrieve(Query("问", "问"), k)
    told = compared_one_by_one(ledger)
    named = tuple(replace(one, copies=told[one.article.article_id]) for one in ranking.evidence)
    assert shown == collapsed(replace(ranking, evidence=named), k)
    assert found.depths[0] <= 2 * k
    ledger.close()
