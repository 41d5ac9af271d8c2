"""The index: three stores in step, through replacing, removing and being stopped anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from rag.chunk import Chunker
from rag.errors import MalformedSourceError, NotFoundError, StoreError, StoreMismatchError
from rag.index import BATCH_PASSAGES, Index
from rag.ledger import Ledger
from rag.models import Article, Document, Failure, SourceMetadata
from rag.protocols import Vectors
from rag.serialise import report_json
from tests.fakes import (
    HashingEmbedder,
    MemoryLexicalIndex,
    MemoryVectorIndex,
    make_document,
    one_line_one_article,
)

HERE = "default"


class PowerCutError(BaseException):
    """Stands for the process dying: nothing may catch it."""


class House:
    """All stores in one place, with a cutter that counts and can refuse."""

    def __init__(self, folder: Path) -> None:
        self.ledger = Ledger.open(f"sqlite:///{folder}/ledger.sqlite")
        self.vectors = MemoryVectorIndex()
        self.terms = MemoryLexicalIndex()
        self.embedder = HashingEmbedder()
        self.segmented = 0

    def segment(self, document: Document) -> tuple[Article, ...]:
        self.segmented += 1
        if "坏" in document.text:
            raise MalformedSourceError(document.source, "cannot be cut")
        return one_line_one_article(document)

    def index(self, *, embedder: HashingEmbedder | None = None, max_chars: int = 50) -> Index:
        used = embedder or self.embedder
        chunker = Chunker(used.count_tokens, max_chars, 100)
        return Index(self.ledger, self.vectors, self.terms, used, chunker, self.segment, HERE)

    def agree(self) -> bool:
        visible = self.ledger.passage_ids(HERE)
        return visible == self.vectors.ids() == self.terms.ids()

    def texts(self) -> list[str]:
        return [document.text for document in self.ledger.documents(HERE)]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.ledger.close()


# --- taking in -------------------------------------------------------------------------------------------------------


def test_passages_the_embedder_does_not_read_to_their_end_are_named(house: House) -> None:
    short_sighted = HashingEmbedder()
    short_sighted.max_tokens = 20
    report = house.index(embedder=short_sighted).ingest([make_document(f"短\n{'长' * 18}\n{'更长' * 10}")])
    assert [(one.document, one.tokens, one.limit) for one in report.truncated] == [("a.txt", 22, 20)]
    passage = house.ledger.passages(HERE, [report.truncated[0].passage_id])[report.truncated[0].passage_id]
    assert (passage.passage.text, passage.article.article_id) == ("更长" * 10, report.truncated[0].article_id)
    assert report_json(report)["truncated"] == [asdict(report.truncated[0])]
    assert "truncated" not in report_json(house.index().ingest([make_document("甲", name="b.txt")]))


def many(count: int) -> Iterator[Document]:
    return (make_document(f"第{at}座大桥通车", name=f"{at}.txt") for at in range(count))


def test_a_store_that_fails_in_the_middle_is_reported_and_what_was_begun_is_finished_later(house: House) -> None:
    index = house.index()

    def fail(stage: str, done: int, total: int | None) -> None:
        house.vectors.fails = done > BATCH_PASSAGES + 1  # which one opens the second batch

    report = index.ingest(many(3 * BATCH_PASSAGES), progress=fail)
    assert (report.documents, len(report.failed)) == (BATCH_PASSAGES, BATCH_PASSAGES)
    assert {one.source for one in report.failed} == {
        f"/in/{at}.txt" for at in range(BATCH_PASSAGES, 2 * BATCH_PASSAGES)
    }
    assert "told to fail; 256 documents are in the ledger" in report.failed[0].error
    assert "completed at the next start, or by `gazette doctor --repair`" in report.failed[0].error
    house.vectors.fails = False
    assert len(house.texts()) == BATCH_PASSAGES
    index.repair()
    assert house.agree()
    again = index.ingest(many(3 * BATCH_PASSAGES))
    assert (again.documents, again.unchanged) == (BATCH_PASSAGES, 2 * BATCH_PASSAGES)


def test_a_store_that_fails_before_anything_is_taken_in_is_an_error_that_says_what_is_left(house: House) -> None:
    house.vectors.fails = True
    with pytest.raises(StoreError, match=r"1 documents are in the ledger.*next start"):
        house.index().ingest([make_document("甲事")])
    house.vectors.fails = False
    house.index().recover()
    assert house.texts() == ["甲事"]
    assert house.agree()


def test_ingest_reports_what_it_took_in(house: House) -> None:
    failure = Failure("/in/c.pdf", "no text layer")
    report = house.index().ingest(
        [make_document("甲事\n乙事\n~版面"), failure, make_document("丙事", name="b.txt")], skipped=3
    )
    assert (report.documents, report.articles, report.passages, report.unchanged) == (2, 3, 3, 0)
    assert (report.skipped, report.failed) == (3, (failure,))
    assert report.seconds > 0
    assert house.agree()


def test_furniture_and_repetitions_are_kept_but_not_indexed(house: House) -> None:
    house.index().ingest([make_document("照片说明\n=照片说明\n~责编")])
    assert len(house.ledger.articles(HERE)) == 3
    assert len(house.vectors.ids()) == 1


def test_unchanged_bytes_are_neither_cut_nor_embedded_again(house: House) -> None:
    document = make_document("甲事\n乙事")
    house.index().ingest([document])
    report = house.index().ingest([document])
    assert (report.documents, report.unchanged) == (0, 1)
    assert (house.segmented, house.embedder.embedded) == (1, 2)


def test_the_same_bytes_under_another_source_are_an_alias(house: House) -> None:
    report = house.index().ingest([make_document("甲事"), make_document("甲事", name="b.txt")])
    assert (report.documents, report.unchanged) == (1, 1)
    (document,) = house.ledger.documents(HERE)
    assert house.ledger.sources_of(HERE, document.document_id) == ["/in/a.txt", "/in/b.txt"]
    assert house.index().ingest([make_document("甲事", name="b.txt")]).unchanged == 1
    assert house.segmented == 1


def test_new_bytes_under_a_known_source_replace_the_old_ones_everywhere(house: House) -> None:
    house.index().ingest([make_document("旧事一\n旧事二")])
    report = house.index().ingest([make_document("新事")])
    assert report.documents == 1
    assert house.texts() == ["新事"]
    assert house.agree()
    assert len(house.vectors.ids()) == 1
    assert house.ledger.deleted(HERE) == []


def test_the_same_source_twice_in_one_ingest_leaves_the_last(house: House) -> None:
    report = house.index().ingest([make_document("先"), make_document("后")])
    assert report.documents == 2
    assert house.texts() == ["后"]
    assert house.agree()


def test_a_source_that_turns_into_known_bytes_lets_go_of_its_old_ones(house: House) -> None:
    house.index().ingest([make_document("甲事"), make_document("乙事", name="b.txt")])
    report = house.index().ingest([make_document("甲事", name="b.txt")])
    assert report.unchanged == 1
    assert house.texts() == ["甲事"]
    assert house.agree()


def test_new_metadata_alone_is_taken_in_again(house: House) -> None:
    house.index().ingest([make_document("甲事")])
    dated = make_document("甲事", published="2024-03-05")
    assert house.index().ingest([dated]).documents == 1
    assert house.index().ingest([dated]).unchanged == 1
    ((article, _),) = house.ledger.articles(HERE)
    assert article.published == "2024-03-05"
    assert house.agree()
    assert house.segmented == 2


def test_metadata_of_another_source_counts_once_and_then_both_are_unchanged(house: House) -> None:
    plain, dated = make_document("甲事"), make_document("甲事", name="b.txt", published="2024-03-05")
    first = house.index().ingest([plain, dated])
    assert (first.documents, first.unchanged) == (2, 0)
    assert house.index().ingest([plain, dated]).unchanged == 2
    assert house.agree()


def _shown(house: House) -> list[tuple[str, SourceMetadata]]:
    return [(document.document, document.metadata) for document in house.ledger.documents(HERE)]


def test_metadata_that_is_not_given_again_stays_and_the_document_is_unchanged(house: House) -> None:
    house.index().ingest([make_document("甲事", paper="甲报", published="2023-06-04")])
    report = house.index().ingest([make_document("甲事")])
    assert (report.documents, report.unchanged, house.segmented) == (0, 1, 1)
    assert _shown(house) == [("a.txt", SourceMetadata(paper="甲报", published="2023-06-04"))]


def test_metadata_given_again_overrides_what_was_known_and_keeps_the_rest(house: House) -> None:
    house.index().ingest([make_document("甲事", paper="甲报", published="2023-06-04")])
    report = house.index().ingest([make_document("甲事", published="2023-06-05")])
    assert (report.documents, report.unchanged) == (1, 0)
    assert _shown(house) == [("a.txt", SourceMetadata(paper="甲报", published="2023-06-05"))]
    ((article, _),) = house.ledger.articles(HERE)
    assert (article.paper, article.published) == ("甲报", "2023-06-05")
    assert house.agree()


def test_an_alias_fills_in_what_is_unknown_and_never_renames_or_overrides(house: House) -> None:
    house.index().ingest([make_document("甲事", published="2023-06-04")])
    alias = make_document("甲事", name="b.txt", published="1999-01-01", paper="新报")
    report = house.index().ingest([alias])
    assert (report.documents, report.unchanged) == (1, 0)
    assert _shown(house) == [("a.txt", SourceMetadata(published="2023-06-04", paper="新报"))]
    assert house.index().ingest([alias, make_document("甲事")]).unchanged == 2
    (document,) = house.ledger.documents(HERE)
    assert house.ledger.sources_of(HERE, document.document_id) == ["/in/a.txt", "/in/b.txt"]
    assert house.agree()


def test_an_alias_is_named_after_the_source_that_is_left_and_keeps_what_is_known(house: House) -> None:
    house.index().ingest([make_document("甲事", paper="甲报"), make_document("甲事", name="b.txt")])
    house.index().ingest([make_document("乙事")])
    assert _shown(house) == [("a.txt", SourceMetadata()), ("b.txt", SourceMetadata(paper="甲报"))]
    assert house.agree()


def test_new_bytes_of_a_source_and_an_alias_of_its_old_ones_come_in_one_ingest(house: House) -> None:
    house.index().ingest([make_document("旧事")])
    report = house.index().ingest([make_document("新事"), make_document("旧事", name="b.txt", paper="甲报")])
    assert report.documents == 2
    assert _shown(house) == [("a.txt", SourceMetadata()), ("b.txt", SourceMetadata(paper="甲报"))]
    report = house.index().ingest([make_document("旧事二", name="b.txt"), make_document("旧事", name="c.txt")])
    assert {document.text for document in house.ledger.documents(HERE)} == {"新事", "旧事二", "旧事"}
    assert house.agree()


def test_the_first_name_stays_when_new_bytes_and_their_old_twin_wait_in_one_batch(house: House) -> None:
    house.index().ingest([make_document("旧事"), make_document("旧事", name="b.txt")])
    house.index().ingest([make_document("新事"), make_document("旧事", name="b.txt", paper="甲报")])
    assert _shown(house) == [("a.txt", SourceMetadata()), ("b.txt", SourceMetadata(paper="甲报"))]
    assert house.agree()


def test_known_bytes_that_are_read_as_another_text_are_taken_in_again(house: House) -> None:
    house.index().ingest([make_document("甲事", paper="甲报")])
    report = house.index().ingest([replace(make_document("甲事"), text="乙事")])
    assert (report.documents, house.texts()) == (1, ["乙事"])
    assert _shown(house) == [("a.txt", SourceMetadata(paper="甲报"))]
    assert house.agree()


def test_replies_about_a_document_go_with_it_and_stay_while_nothing_changes(house: House) -> None:
    plain, other = make_document("甲事"), make_document("乙事", name="b.txt")

    def kept_after(work: Callable[[Index], object]) -> tuple[bool, bool]:
        house.index().ingest([plain, other])
        for document in (plain, other):
            house.ledger.save_reply(HERE, document.document_id, {}, document_id=document.document_id)
        work(house.index())
        first, second = (house.ledger.saved_reply(HERE, one.document_id) for one in (plain, other))
        return first is not None, second is not None

    assert kept_after(lambda index: index.ingest([plain, other])) == (True, True)
    assert kept_after(lambda index: index.ingest([replace(plain, document="x/a.txt")])) == (False, True)
    assert kept_after(lambda index: index.ingest([make_document("甲事", paper="甲报")])) == (False, True)
    assert kept_after(lambda index: index.ingest([make_document("新事")])) == (False, True)
    assert kept_after(lambda index: index.delete(plain.document_id)) == (False, True)


def test_a_report_and_the_ledger_count_the_same_articles(house: House) -> None:
    report = house.index().ingest([make_document("甲事\n=甲事\n~版面"), make_document("~版面", name="b.txt")])
    assert report.articles == house.ledger.counts(HERE).articles == 2


def test_a_new_name_for_the_same_source_is_shown_without_indexing_again(house: House) -> None:
    house.index().ingest([make_document("甲事", name="a.txt", source="/in/x/a.txt")])
    report = house.index().ingest([make_document("甲事", name="x/a.txt", source="/in/x/a.txt")])
    assert report.unchanged == 1
    assert [document.document for document in house.ledger.documents(HERE)] == ["x/a.txt"]
    assert house.segmented == 1


def test_a_document_that_cannot_be_cut_is_a_failure_and_the_rest_goes_on(house: House) -> None:
    report = house.index().ingest([make_document("坏"), make_document("好", name="b.txt")])
    assert report.documents == 1
    assert report.failed == (Failure("/in/a.txt", "/in/a.txt: cannot be cut"),)
    assert house.texts() == ["好"]


def test_a_bug_in_the_cutter_is_not_mistaken_for_a_bad_document(house: House) -> None:
    index = Index(
        house.ledger,
        house.vectors,
        house.terms,
        house.embedder,
        Chunker(house.embedder.count_tokens, 50, 100),
        lambda document: (_ for _ in ()).throw(KeyError("bug")),
        HERE,
    )
    with pytest.raises(KeyError):
        index.ingest([make_document("甲事")])


def test_large_ingests_are_embedded_in_batches_of_bounded_size(house: House) -> None:
    big = make_document("\n".join(f"第{n}条" for n in range(3 * BATCH_PASSAGES)))
    small = [make_document(f"小{n}", name=f"{n}.txt") for n in range(2 * BATCH_PASSAGES)]
    report = house.index().ingest([big, *small])
    assert report.passages == 5 * BATCH_PASSAGES
    assert house.embedder.largest_batch <= BATCH_PASSAGES
    assert house.agree()


def test_documents_are_pulled_only_as_they_are_needed(house: House) -> None:
    """Memory stays flat: no more than one batch is ahead of what is already visible."""
    ahead: list[int] = []

    def stream() -> Iterator[Document]:
        for n in range(1000):
            ahead.append(n - house.ledger.counts(HERE).documents)
            yield make_document(f"小{n}", name=f"{n}.txt")

    house.index().ingest(stream())
    assert max(ahead) <= BATCH_PASSAGES


def test_progress_is_told_after_every_document(house: House) -> None:
    told: list[tuple[str, int, int | None]] = []
    documents: list[Document | Failure] = [make_document("甲"), Failure("x", "y"), make_document("乙", name="b.txt")]
    house.index().ingest(documents, progress=lambda *args: told.append(args))
    assert told == [("ingest", 1, None), ("ingest", 2, None), ("ingest", 3, None)]


# --- removing --------------------------------------------------------------------------------------------------------


def test_deleting_removes_a_document_from_all_stores(house: House) -> None:
    house.index().ingest([make_document("甲事"), make_document("乙事", name="b.txt")])
    first, _ = house.ledger.documents(HERE)
    house.index().delete(first.document_id)
    assert house.texts() == ["乙事"]
    assert house.agree()
    with pytest.raises(NotFoundError):
        house.index().delete(first.document_id)


def test_a_deleted_document_can_be_taken_in_again(house: House) -> None:
    document = make_document("甲事")
    house.index().ingest([document])
    house.index().delete(document.document_id)
    assert house.index().ingest([document]).documents == 1
    assert house.agree()


# --- being stopped ---------------------------------------------------------------------------------------------------


class Fuse:
    """Blows at the n-th write to any store."""

    def __init__(self, house: House, blow_at: int) -> None:
        self.writes = 0
        self.blow_at = blow_at
        for store, names in (
            (house.vectors, ("upsert", "delete")),
            (house.terms, ("upsert", "delete")),
            (house.ledger, ("put_pending", "mark_ready", "tombstone", "purge", "add_source")),
        ):
            for name in names:
                setattr(store, name, self._wired(getattr(store, name)))

    def _wired(self, write: object) -> object:
        def fused(*args: object) -> object:
            self.writes += 1
            if self.writes == self.blow_at:
                raise PowerCutError
            return write(*args)  # type: ignore[operator]

        return fused


def _work(house: House) -> None:
    index = house.index()
    index.ingest([make_document("旧事一\n旧事二"), make_document("乙事", name="b.txt")])
    index.ingest([make_document("新事一\n新事二"), make_document("乙事", name="b.txt", place="苏州")])
    index.delete(house.ledger.documents(HERE)[0].document_id)


def _writes_of_work(folder: Path) -> int:
    house = House(folder)
    fuse = Fuse(house, -1)
    _work(house)
    house.ledger.close()
    return fuse.writes


def test_stopped_at_any_write_the_stores_agree_after_recovery(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    writes = _writes_of_work(tmp_path / "whole")
    assert writes > 12
    for blow_at in range(1, writes + 1):
        folder = tmp_path / str(blow_at)
        folder.mkdir()
        house = House(folder)
        Fuse(house, blow_at)
        with pytest.raises(PowerCutError):
            _work(house)
        house.ledger.close()
        after = House(folder)
        after.vectors.vectors, after.terms.passages = house.vectors.vectors, house.terms.passages
        index = after.index()
        assert index.recover().is_empty, f"stopped at write {blow_at}"
        assert after.agree()
        assert set(after.texts()) <= {"旧事一\n旧事二", "新事一\n新事二", "乙事"}
        _work(after)
        assert after.agree()
        assert after.texts() == ["乙事"]
        after.ledger.close()


def test_what_was_acknowledged_before_a_stop_stays_visible(house: House) -> None:
    house.index().ingest([make_document("甲事")])

    def broken(passage_ids: Sequence[str], vectors: Vectors) -> None:
        raise PowerCutError

    house.vectors.upsert = broken  # type: ignore[method-assign]
    with pytest.raises(PowerCutError):
        house.index().ingest([make_document("甲事之后")])
    assert house.texts() == ["甲事"]
    assert house.agree()


# --- mending ---------------------------------------------------------------------------------------------------------


def test_repair_rebuilds_lost_vectors_and_terms_and_removes_strays(house: House) -> None:
    index = house.index()
    index.ingest([make_document("\n".join(f"第{n}条" for n in range(300)))])
    vectors, terms = dict(house.vectors.vectors), dict(house.terms.passages)
    house.vectors.vectors.clear()
    house.terms.passages.popitem()
    house.terms.upsert({"psg_stray": "谁"})
    found = index.check()
    assert (len(found.missing_vectors), len(found.missing_terms), set(found.extra_terms)) == (300, 1, {"psg_stray"})
    index.repair()
    assert index.check().is_empty
    assert house.terms.passages == terms
    assert all((house.vectors.vectors[name] == vector).all() for name, vector in vectors.items())


def test_recovery_warns_about_what_it_does_not_mend(house: House, caplog: pytest.LogCaptureFixture) -> None:
    index = house.index()
    index.ingest([make_document("甲事")])
    house.vectors.vectors.clear()
    assert not index.recover().is_empty
    assert "vectors lack 1 passages" in caplog.text
    assert "gazette doctor --repair" in caplog.text


def test_opening_stores_in_step_lists_no_ids(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """An opening must not cost more as the corpus grows: counts and the newest passages are all it looks at."""
    index = house.index()
    index.ingest([make_document("甲事\n乙事")])

    def listed() -> set[str]:
        raise AssertionError("every id was asked for")

    monkeypatch.setattr(house.vectors, "ids", listed)
    monkeypatch.setattr(house.terms, "ids", listed)
    assert index.recover().is_empty


def test_an_older_copy_of_equal_size_is_noticed_by_the_newest_passages(house: House) -> None:
    index = house.index()
    index.ingest([make_document("甲事"), make_document("乙事", name="b.txt")])
    older = dict(house.vectors.vectors)
    index.ingest([make_document("丙事", name="b.txt")])
    house.vectors.vectors = older
    found = index.recover()
    assert (len(found.missing_vectors), len(found.extra_vectors)) == (1, 1)


def test_recovery_of_a_new_collection_does_nothing_and_binds_nothing(house: House) -> None:
    assert house.index().recover().is_empty
    assert house.ledger.index_settings(HERE) is None


@pytest.mark.parametrize("change", ["weights", "dim", "chunks"])
def test_another_embedder_dimension_or_chunker_is_refused_with_the_way_out(house: House, change: str) -> None:
    house.index().ingest([make_document("甲事")])
    embedder = {
        "weights": HashingEmbedder(fingerprint="other"),
        "dim": HashingEmbedder(dim=32),
        "chunks": HashingEmbedder(),
    }[change]
    index = house.index(embedder=embedder, max_chars=60 if change == "chunks" else 50)
    for attempt in (index.recover, lambda: index.ingest([make_document("乙事")])):
        with pytest.raises(StoreMismatchError, match=r"hashing-bigrams .*ingest again"):
            attempt()
    assert house.texts() == ["甲事"]


def test_documents_with_the_same_article_text_do_not_share_passages(house: House) -> None:
    house.index().ingest([make_document("通稿\n甲"), make_document("通稿\n乙", name="b.txt")])
    first, second = house.ledger.documents(HERE)
    house.index().delete(first.document_id)
    assert house.agree()
    assert _texts(house.terms.passages, house, second) == ["乙", "通稿"]


def _texts(held: Mapping[str, object], house: House, document: Document) -> list[str]:
    found = house.ledger.passages(HERE, sorted(held))
    assert {one.passage.document_id for one in found.values()} == {document.document_id}
    return sorted(one.passage.text for one in found.values())
