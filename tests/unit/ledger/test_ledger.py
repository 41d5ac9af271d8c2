"""The ledger: what is visible, what replaces what, and that everything comes back exactly as it went in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from rag.errors import MalformedSourceError, NotFoundError, StoreError, StoreMismatchError
from rag.ledger import CutDocument, IndexSettings, Ledger, check_storable
from rag.ledger.schema import SCHEMA_VERSION, tables
from rag.mapping import MappedText
from rag.models import Article, Byline, Document, Filters, Part, Passage, SourceMetadata
from tests.fakes import make_document, one_line_one_article

HERE = "default"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(f"sqlite:///{tmp_path}/ledger.sqlite")
    yield opened
    opened.close()


def cut_of(document: Document) -> CutDocument:
    articles = one_line_one_article(document)
    found = [article for article in articles if article.kind != "furniture" and not article.duplicate_of]
    return CutDocument(document, articles, tuple(Passage.of(one, 0, len(one.text)) for one in found))


def take_in(ledger: Ledger, *documents: Document) -> list[int]:
    return ledger.mark_ready(ledger.put_pending([cut_of(document) for document in documents]))


def first_passage(document: Document) -> str:
    return cut_of(document).passages[0].passage_id


# --- exactness -------------------------------------------------------------------------------------------------------

TEXT = st.text(alphabet="城乡水稻 \n\r\t\x00，。𠀀é“", min_size=1, max_size=60)
WORD = st.text(alphabet="记者某甲乙，\n\x00", max_size=8)
NAME = st.none() | WORD


@st.composite
def cut_documents(draw: st.DrawFn) -> CutDocument:
    text = draw(TEXT)
    document = replace(
        make_document(text), metadata=SourceMetadata(draw(NAME), draw(NAME), draw(NAME), draw(NAME), draw(NAME))
    )
    bounds = sorted(draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=8)))
    spans = list(zip(bounds[::2], bounds[1::2], strict=False))
    stretches = [[span] for span in draw(st.permutations(spans))]
    mapped = MappedText.from_pieces(text, stretches)
    article = Article(
        "art_1",
        document.document_id,
        draw(st.sampled_from(["article", "photo_caption", "continuation", "furniture"])),
        mapped,
        (Part("headline", 0, len(mapped.text) // 2), Part("body", len(mapped.text) // 2, len(mapped.text))),
        title=draw(NAME),
        kicker=draw(NAME),
        subtitle=draw(NAME),
        column_label=draw(NAME),
        bylines=tuple(draw(st.lists(st.builds(Byline, WORD, NAME), max_size=2))),
        dateline=draw(NAME),
        place=draw(NAME),
        published=draw(NAME),
        duplicate_of=draw(NAME),
        continues=draw(NAME),
        confidence=draw(st.floats(0, 1)),
        doubts=tuple(draw(st.lists(WORD, max_size=2))),
    )
    return CutDocument(document, (article,), (Passage.of(article, 0, len(mapped.text)),))


@settings(max_examples=60, deadline=None)
@given(cut_documents())
def test_documents_articles_and_passages_come_back_exactly(cut: CutDocument) -> None:
    check_storable(cut)
    ledger = Ledger.open("sqlite://")
    ledger.mark_ready(ledger.put_pending([cut]))
    document, article, passage = cut.document, cut.articles[0], cut.passages[0]
    assert ledger.document(HERE, document.document_id) == document
    assert ledger.article(HERE, article.article_id) == (article, document.document)
    (stored,) = ledger.passages(HERE, [passage.passage_id]).values()
    assert (stored.passage, stored.article) == (passage, article)
    assert (stored.document, stored.document_text) == (document.document, document.text)
    ledger.close()


def test_an_article_with_foreign_characters_is_refused_by_name() -> None:
    document = make_document("一行字")
    article = Article("art_1", document.document_id, "article", MappedText("另一行", ()), ())
    with pytest.raises(MalformedSourceError, match=r"/in/a\.txt: article art_1"):
        check_storable(CutDocument(document, (article,), ()))


def test_half_a_surrogate_pair_is_refused_with_its_place() -> None:
    with pytest.raises(MalformedSourceError, match="character 2"):
        check_storable(CutDocument(make_document("一行\ud83d字"), (), ()))


# --- visibility ------------------------------------------------------------------------------------------------------


def test_a_pending_document_is_not_visible_anywhere(ledger: Ledger) -> None:
    document = make_document("大桥通车")
    ledger.put_pending([cut_of(document)])
    with pytest.raises(NotFoundError):
        ledger.document(HERE, document.document_id)
    assert ledger.documents(HERE) == []
    assert ledger.articles(HERE) == []
    assert ledger.passage_ids(HERE) == set()
    assert ledger.passages(HERE, [first_passage(document)]) == {}
    assert ledger.whereabouts(HERE, [first_passage(document)]) == {}
    assert ledger.document_id_for_source(HERE, document.source) is None


def test_a_ready_document_is_visible_in_its_collection_only(ledger: Ledger) -> None:
    document = make_document("大桥通车")
    take_in(ledger, document)
    assert ledger.documents(HERE) == [document]
    assert ledger.passage_ids(HERE) == {first_passage(document)}
    assert ledger.documents("other") == []
    assert ledger.passage_ids("other") == set()
    with pytest.raises(NotFoundError, match="other"):
        ledger.document("other", document.document_id)


def test_a_tombstoned_document_is_invisible_at_once_and_gone_after_purging(ledger: Ledger) -> None:
    document = make_document("大桥通车")
    take_in(ledger, document)
    versions = ledger.tombstone(HERE, document.document_id)
    assert ledger.documents(HERE) == []
    assert ledger.document_id_for_source(HERE, document.source) is None
    assert ledger.only_in(versions) == {first_passage(document)}
    assert ledger.deleted(HERE) == versions
    ledger.purge(versions)
    assert ledger.deleted(HERE) == []
    with pytest.raises(NotFoundError):
        ledger.tombstone(HERE, document.document_id)


def test_everything_survives_closing_and_opening(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/deep/er/ledger.sqlite"
    document = make_document("大桥通车\n~版面")
    first = Ledger.open(url)
    take_in(first, document)
    first.close()
    second = Ledger.open(url)
    assert second.documents(HERE) == [document]
    assert [article.kind for article, _ in second.articles(HERE)] == ["article", "furniture"]
    second.close()


# --- replacing -------------------------------------------------------------------------------------------------------


def test_new_bytes_under_a_known_source_replace_the_old_document_in_one_step(ledger: Ledger) -> None:
    old, new = make_document("旧文"), make_document("新文")
    take_in(ledger, old)
    pending = ledger.put_pending([cut_of(new)])
    assert ledger.documents(HERE) == [old]
    superseded = ledger.mark_ready(pending)
    assert ledger.documents(HERE) == [new]
    assert ledger.only_in(superseded) == {first_passage(old)}


def test_replaced_bytes_that_another_source_still_has_stay_under_its_name(ledger: Ledger) -> None:
    old = make_document("旧文")
    twin = make_document("旧文", name="b.txt")
    take_in(ledger, old)
    assert ledger.add_source(twin) == []
    assert take_in(ledger, make_document("新文")) == []
    assert {(one.document, one.text) for one in ledger.documents(HERE)} == {("a.txt", "新文"), ("b.txt", "旧文")}
    assert ledger.document(HERE, old.document_id).source == twin.source


def test_bytes_that_lose_all_their_sources_in_one_step_are_gone(ledger: Ledger) -> None:
    take_in(ledger, make_document("旧文"))
    ledger.add_source(make_document("旧文", name="b.txt"))
    superseded = take_in(ledger, make_document("新文"), make_document("新文二", name="b.txt"))
    assert len(superseded) == 1
    assert [document.text for document in ledger.documents(HERE)] == ["新文", "新文二"]


def test_two_sources_may_swap_their_bytes(ledger: Ledger) -> None:
    take_in(ledger, make_document("甲"), make_document("乙", name="b.txt"))
    assert ledger.add_source(make_document("甲", name="b.txt")) == ledger.deleted(HERE)
    assert [(one.document, one.text) for one in ledger.documents(HERE)] == [("a.txt", "甲")]
    take_in(ledger, make_document("乙"))
    assert [(one.document, one.text) for one in ledger.documents(HERE)] == [("a.txt", "乙"), ("b.txt", "甲")]


def test_an_alias_that_moves_on_leaves_the_document_alone(ledger: Ledger) -> None:
    document = make_document("旧文")
    take_in(ledger, document)
    ledger.add_source(make_document("旧文", name="b.txt"))
    assert ledger.sources_of(HERE, document.document_id) == ["/in/a.txt", "/in/b.txt"]
    take_in(ledger, make_document("新文", name="b.txt"))
    assert ledger.sources_of(HERE, document.document_id) == ["/in/a.txt"]
    assert ledger.document(HERE, document.document_id) == document


def test_new_metadata_replaces_the_same_document_and_its_passages_stay_indexed(ledger: Ledger) -> None:
    plain, dated = make_document("大桥通车"), make_document("大桥通车", published="2024-03-05")
    take_in(ledger, plain)
    pending = ledger.put_pending([cut_of(dated)])
    assert ledger.documents(HERE) == [plain]
    superseded = ledger.mark_ready(pending)
    assert ledger.documents(HERE) == [dated]
    assert len(superseded) == 1
    assert ledger.only_in(superseded) == set()
    ledger.purge(superseded)
    assert ledger.passage_ids(HERE) == {first_passage(dated)}


def test_what_an_interrupted_run_left_pending_is_replaced_by_the_next(ledger: Ledger) -> None:
    ledger.put_pending([cut_of(make_document("半截"))])
    (version,) = ledger.put_pending([cut_of(make_document("全文"))])
    assert ledger.pending(HERE) == [version]
    assert [passage.text for _, passage in ledger.passages_of(version)] == ["全文"]


def test_the_count_of_changes_is_even_at_rest_and_grows_with_every_write(ledger: Ledger) -> None:
    before = ledger.changes
    take_in(ledger, make_document("甲"))
    after = ledger.changes
    assert after > before
    with pytest.raises(NotFoundError):
        ledger.tombstone(HERE, "doc_0")
    ledger.documents(HERE)
    assert (before % 2, after % 2, ledger.changes % 2) == (0, 0, 0)


def test_an_answer_is_no_change_of_the_corpus(ledger: Ledger) -> None:
    before = ledger.changes
    ledger.save_answer(HERE, "ans_1", {"text": "答"})
    ledger.mark_answer(HERE, "ans_1", {"good": True})
    assert ledger.changes == before


# --- listing ---------------------------------------------------------------------------------------------------------


def test_listings_go_on_where_they_stopped(ledger: Ledger) -> None:
    documents = [make_document(f"甲{n}\n乙{n}\n丙{n}", name=f"{n}.txt") for n in range(5)]
    take_in(ledger, *reversed(documents))
    assert ledger.documents(HERE, limit=2) == documents[:2]
    assert ledger.documents(HERE, limit=2, after=documents[1].document_id) == documents[2:4]
    everything = [article for article, _ in ledger.articles(HERE)]
    assert [article.text for article in everything[:4]] == ["甲0", "乙0", "丙0", "甲1"]
    seen: list[Article] = []
    while batch := ledger.articles(HERE, limit=4, after=seen[-1].article_id if seen else None):
        seen += [article for article, _ in batch]
    assert seen == everything
    of_one = ledger.articles(HERE, document_id=documents[3].document_id)
    assert [(article.text, name) for article, name in of_one] == [("甲3", "3.txt"), ("乙3", "3.txt"), ("丙3", "3.txt")]


def test_going_on_after_something_that_is_gone_says_so(ledger: Ledger) -> None:
    with pytest.raises(NotFoundError, match="start the list again"):
        ledger.articles(HERE, after="art_0")
    with pytest.raises(NotFoundError):
        ledger.documents(HERE, after="doc_0")


def test_counts_and_fingerprint_follow_what_is_visible(ledger: Ledger) -> None:
    empty = ledger.corpus_fingerprint(HERE)
    first, second = make_document("甲\n乙"), make_document("丙\n~丁", name="b.txt")
    take_in(ledger, first)
    one = ledger.corpus_fingerprint(HERE)
    take_in(ledger, second)
    counts = ledger.counts(HERE)
    assert (counts.documents, counts.articles, counts.passages) == (2, 3, 3)
    assert len({empty, one, ledger.corpus_fingerprint(HERE)}) == 3
    ledger.tombstone(HERE, second.document_id)
    assert ledger.corpus_fingerprint(HERE) == one
    assert one.startswith("sha256:")


def test_the_fingerprint_does_not_depend_on_the_order_of_ingest(ledger: Ledger, tmp_path: Path) -> None:
    documents = [make_document(f"文{n}", name=f"{n}.txt") for n in range(4)]
    take_in(ledger, *documents)
    other = Ledger.open(f"sqlite:///{tmp_path}/other.sqlite")
    for document in reversed(documents):
        take_in(other, document)
    assert other.corpus_fingerprint(HERE) == ledger.corpus_fingerprint(HERE)
    other.close()


def test_more_ids_than_one_query_takes_are_looked_up_all(ledger: Ledger) -> None:
    document = make_document("\n".join(f"第{n}行" for n in range(1200)))
    take_in(ledger, document)
    ids = sorted(ledger.passage_ids(HERE))
    assert len(ledger.passages(HERE, [*ids, "psg_unknown"])) == 1200
    assert len(ledger.whereabouts(HERE, ids)) == 1200
    assert ledger.only_in(ledger.tombstone(HERE, document.document_id)) == set(ids)


# --- filters ---------------------------------------------------------------------------------------------------------


def dated(ledger: Ledger) -> dict[str, str]:
    """Six one-article documents; passage id by name."""
    documents = [
        make_document("一", name="1", published="2024-01-31", place="江蘇省蘇州市", paper="苏州日报"),
        make_document("二", name="2", published="2024-02-01", place="苏州", paper="《蘇州日報》"),
        make_document("三", name="3", published="2024-02-29", place="南京"),
        make_document("四", name="4", published="02-10", place="苏州"),
        make_document("五", name="5", paper="苏州日报海外版"),
        make_document("~六", name="6"),
    ]
    take_in(ledger, *documents)
    return {first_passage(document): document.document for document in documents[:5]}


@pytest.mark.parametrize(
    ("filters", "names", "undated"),
    [
        (Filters(date_from="2024-02-01"), "23", 2),
        (Filters(date_to="2024-02-01"), "12", 2),
        (Filters(date_from="2024-02-01", date_to="2024-02-01"), "2", 2),
        (Filters(date_from="2024-02-01", place="苏州市"), "2", 1),
        (Filters(place="苏州"), "124", 0),
        (Filters(place="蘇州"), "124", 0),
        (Filters(place="苏州市姑苏区"), "24", 0),
        (Filters(place="%"), "", 0),
        (Filters(place=" "), "", 0),
        (Filters(paper="蘇州日報"), "12", 0),
        (Filters(document="3"), "3", 0),
        (Filters(kind="furniture"), "", 0),
        (Filters(kind="article", document="5"), "5", 0),
    ],
)
def test_filters_let_through_what_they_say(ledger: Ledger, filters: Filters, names: str, undated: int) -> None:
    name_of = dated(ledger)
    allowed = ledger.allowed_passages(HERE, filters)
    assert allowed.passage_ids is not None
    assert sorted(name_of[passage_id] for passage_id in allowed.passage_ids) == list(names)
    assert allowed.undated_left_out == undated


def test_a_document_filter_takes_the_id_as_well_as_the_name(ledger: Ledger) -> None:
    name_of = dated(ledger)
    (third,) = [one for one in ledger.documents(HERE) if one.document == "3"]
    allowed = ledger.allowed_passages(HERE, Filters(document=third.document_id)).passage_ids
    assert [name_of[passage_id] for passage_id in allowed or ()] == ["3"]


def test_no_filter_allows_everything_without_listing_it(ledger: Ledger) -> None:
    dated(ledger)
    assert ledger.allowed_passages(HERE, Filters()).passage_ids is None


def test_filters_hold_for_article_listings_too(ledger: Ledger) -> None:
    dated(ledger)
    found = ledger.articles(HERE, filters=Filters(date_from="2024-02-01", place="苏州"))
    assert [article.text for article, _ in found] == ["二"]
    assert [article.text for article, _ in ledger.articles(HERE, filters=Filters(kind="furniture"))] == ["~六"]


# --- records ---------------------------------------------------------------------------------------------------------


def test_replies_are_kept_by_collection_and_key_and_can_be_replaced(ledger: Ledger) -> None:
    assert ledger.saved_reply(HERE, "k") is None
    document = make_document("甲")
    take_in(ledger, document)
    ledger.save_reply(HERE, "k", {"summary": "一"}, document_id=document.document_id)
    ledger.save_reply(HERE, "k", {"summary": "二", "claims": [1, None]}, document_id=document.document_id)
    assert ledger.saved_reply(HERE, "k") == {"summary": "二", "claims": [1, None]}
    assert ledger.saved_reply("other", "k") is None


def test_replies_go_in_the_step_that_makes_their_document_invisible(ledger: Ledger) -> None:
    first, second = make_document("甲"), make_document("乙", name="b.txt")
    take_in(ledger, first, second)
    for document in (first, second):
        ledger.save_reply(HERE, document.document, {"summary": "一"}, document_id=document.document_id)
    ledger.tombstone(HERE, first.document_id)
    assert ledger.saved_reply(HERE, "a.txt") is None
    assert ledger.saved_reply(HERE, "b.txt") == {"summary": "一"}
    ledger.save_reply(HERE, "late", {"summary": "二"}, document_id=first.document_id)
    assert ledger.saved_reply(HERE, "late") is None


def test_replies_go_when_their_document_is_inherited_by_another_name(ledger: Ledger) -> None:
    document = make_document("甲")
    take_in(ledger, document)
    ledger.add_source(make_document("甲", name="b.txt"))
    ledger.save_reply(HERE, "k", {"document": "a.txt"}, document_id=document.document_id)
    take_in(ledger, make_document("新文"))
    assert ledger.document(HERE, document.document_id).document == "b.txt"
    assert ledger.saved_reply(HERE, "k") is None


def test_an_answer_is_recorded_once_and_found_again(ledger: Ledger) -> None:
    ledger.save_answer(HERE, "ans_1", {"answer": "三千人[1]。"})
    assert ledger.answer(HERE, "ans_1").record == {"answer": "三千人[1]。"}
    with pytest.raises(StoreError):
        ledger.save_answer(HERE, "ans_1", {"answer": "四千人[1]。"})
    with pytest.raises(NotFoundError, match="ans_2"):
        ledger.answer(HERE, "ans_2")


def test_answers_come_newest_first_and_page_by_page(ledger: Ledger) -> None:
    for number in range(5):
        ledger.save_answer(HERE, f"ans_{number}", {"number": number})
    ledger.save_answer("elsewhere", "ans_9", {})
    first = ledger.answers(HERE, limit=3)
    assert [kept.answer_id for kept in first] == ["ans_4", "ans_3", "ans_2"]
    rest = ledger.answers(HERE, limit=3, after="ans_2")
    assert [kept.record["number"] for kept in rest] == [1, 0]
    assert all(kept.created.tzinfo is UTC for kept in first)


def test_a_mark_is_kept_replaced_and_taken_away(ledger: Ledger) -> None:
    ledger.save_answer(HERE, "ans_1", {})
    ledger.save_answer(HERE, "ans_2", {})
    ledger.mark_answer(HERE, "ans_1", {"right": True})
    ledger.mark_answer(HERE, "ans_1", {"right": False})
    [marked] = ledger.answers(HERE, limit=9, marked=True)
    assert (marked.answer_id, marked.mark) == ("ans_1", {"right": False})
    ledger.mark_answer(HERE, "ans_1", None)
    assert not ledger.answers(HERE, limit=9, marked=True)
    with pytest.raises(NotFoundError, match="ans_3"):
        ledger.mark_answer(HERE, "ans_3", None)


def test_index_settings_are_kept_by_collection(ledger: Ledger) -> None:
    assert ledger.index_settings(HERE) is None
    ledger.save_index_settings(HERE, IndexSettings("e5", 384, "sentences"))
    assert ledger.index_settings(HERE) == IndexSettings("e5", 384, "sentences")
    assert ledger.index_settings("other") is None


def test_the_tables_can_be_made_on_postgresql_too() -> None:
    for table in tables.sorted_tables:
        assert str(CreateTable(table).compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]


# --- opening ---------------------------------------------------------------------------------------------------------


def test_another_schema_version_is_refused_with_both_numbers(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.sqlite"
    Ledger.open(url).close()
    with sqlite3.connect(tmp_path / "ledger.sqlite") as connection:
        connection.execute("UPDATE schema_version SET version = 99")
    connection.close()
    with pytest.raises(StoreMismatchError, match=f"schema version 99, this program needs {SCHEMA_VERSION}"):
        Ledger.open(url)


def test_a_ledger_is_found_only_where_one_is(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/deep/ledger.sqlite"
    assert Ledger.find(url) is None
    assert not (tmp_path / "deep").exists()
    Ledger.open(url).close()
    found = Ledger.find(url)
    assert found is not None
    assert found.documents(HERE) == []
    found.close()


def test_a_file_that_is_no_database_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_text("not a database, but long enough to be read as one" * 100)
    with pytest.raises(StoreError, match=r"ledger\.sqlite"):
        Ledger.open(f"sqlite:///{tmp_path}/ledger.sqlite")


def test_a_ledger_that_cannot_be_opened_says_what_to_see_to(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").mkdir()
    with pytest.raises(
        StoreError, match=r"ledger\.sqlite: .*unable to open.*; see that it can be .*GAZETTE_STORE__PATH"
    ):
        Ledger.open(f"sqlite:///{tmp_path}/ledger.sqlite")


def test_a_url_that_is_none_is_refused() -> None:
    with pytest.raises(StoreError, match="not a database URL"):
        Ledger.open("ledger.sqlite")


def test_sqlite_writes_ahead_and_syncs_every_commit(tmp_path: Path) -> None:
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.sqlite")
    take_in(ledger, make_document("一"))
    assert (tmp_path / "ledger.sqlite-wal").exists()
    ledger.close()
