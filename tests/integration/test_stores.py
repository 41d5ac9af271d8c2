"""The real Chroma and tantivy, in real folders: what the fakes promise, restarts, real kills, and no network."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from rag.adapters import chroma as chroma_adapter
from rag.adapters.chroma import ChromaVectorIndex
from rag.adapters.tantivy import TantivyLexicalIndex
from rag.chunk import Chunker
from rag.errors import StoreError, StoreUnavailableError
from rag.index import Index
from rag.ledger import Ledger
from rag.models import Filters, Query
from rag.protocols import LexicalIndex, StoredVectors, Vectors
from rag.retrieve import Retriever
from rag.settings import ChromaSettings, RetrieveSettings
from tests.fakes import (
    HashingEmbedder,
    MemoryLexicalIndex,
    MemoryVectorIndex,
    bigrams,
    make_document,
    one_line_one_article,
)

ROOT = Path(__file__).resolve().parents[2]


def open_vectors(folder: Path, collection: str = "default", batch_size: int = 512) -> ChromaVectorIndex:
    return ChromaVectorIndex.open(ChromaSettings(batch_size=batch_size), folder / "chroma", collection)


def open_terms(folder: Path) -> TantivyLexicalIndex:
    return TantivyLexicalIndex.open(folder / "terms", bigrams)


def unit_rows(n: int, dim: int = 16, seed: int = 7) -> Vectors:
    rows = np.random.default_rng(seed).normal(size=(n, dim)).astype(np.float32)
    unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def names(n: int) -> list[str]:
    return [f"psg_{number:04d}" for number in range(n)]


@pytest.fixture
def vectors(tmp_path: Path) -> Iterator[ChromaVectorIndex]:
    opened = open_vectors(tmp_path, batch_size=100)
    yield opened
    opened.close()


@pytest.fixture
def terms(tmp_path: Path) -> Iterator[TantivyLexicalIndex]:
    opened = open_terms(tmp_path)
    yield opened
    opened.close()


# --- vectors ---------------------------------------------------------------------------------------------------------


def test_chroma_finds_what_exact_search_finds_with_the_cosine_as_score(vectors: ChromaVectorIndex) -> None:
    rows, exact = unit_rows(700), MemoryVectorIndex()
    for index in (vectors, exact):
        index.upsert(names(700), rows)
    for wanted in unit_rows(20, seed=8):
        found, best = vectors.search(wanted, 10), exact.search(wanted, 10)
        assert [hit.passage_id for hit in found] == [hit.passage_id for hit in best]
        assert [hit.score for hit in found] == pytest.approx([hit.score for hit in best], abs=1e-5)
        assert [hit.rank for hit in found] == list(range(1, 11))


def test_chroma_replaces_and_deletes_and_minds_no_unknown_id(vectors: ChromaVectorIndex) -> None:
    rows = unit_rows(250)
    vectors.upsert(names(250), rows)
    vectors.upsert(names(1), rows[5:6])
    assert {hit.passage_id for hit in vectors.search(rows[5], 2)} == {"psg_0000", "psg_0005"}
    vectors.delete(["psg_0005", "psg_unknown"])
    assert vectors.search(rows[5], 1)[0].passage_id == "psg_0000"
    assert vectors.ids() == set(names(250)) - {"psg_0005"}
    vectors.delete([])


@pytest.mark.parametrize(("few", "limit"), [(200, 5000), (0, 5000), (0, 50)])
def test_chroma_searches_among_the_allowed_passages_only(
    vectors: ChromaVectorIndex, monkeypatch: pytest.MonkeyPatch, few: int, limit: int
) -> None:
    """All ways give the exact best: reading the vectors, asking for ids, and for more neighbours than wanted."""
    monkeypatch.setattr(chroma_adapter, "FEW_ALLOWED", few)
    monkeypatch.setattr(chroma_adapter, "MAX_ALLOWED_IDS", limit)
    rows, exact = unit_rows(600), MemoryVectorIndex()
    for index in (vectors, exact):
        index.upsert(names(600), rows)
    allowed = [*names(600)[::7], "psg_unknown"]
    for wanted in unit_rows(5, seed=9):
        found = [hit.passage_id for hit in vectors.search(wanted, 20, allowed)]
        assert found == [hit.passage_id for hit in exact.search(wanted, 20, allowed)]
    assert len(vectors.search(rows[0], 500, allowed)) == len(allowed) - 1
    assert vectors.search(rows[0], 5, []) == []
    assert vectors.search(rows[0], 5, ["psg_unknown"]) == []


def test_chroma_asked_for_more_than_it_holds_gives_what_it_holds(vectors: ChromaVectorIndex) -> None:
    vectors.upsert(names(7), unit_rows(7))
    assert {hit.passage_id for hit in vectors.search(unit_rows(1)[0], 100)} == set(names(7))


def test_chroma_gives_back_the_vectors_it_holds(vectors: ChromaVectorIndex) -> None:
    vectors.upsert(names(7), unit_rows(7))
    found = vectors.rows([*names(3), "psg_unknown"])
    assert set(found) == set(names(3))
    for name, row in zip(names(3), unit_rows(7), strict=False):
        np.testing.assert_allclose(found[name], row, atol=1e-6)
    assert vectors.rows([]) == {}


def test_an_empty_chroma_finds_nothing(vectors: ChromaVectorIndex) -> None:
    assert vectors.search(unit_rows(1)[0], 5) == []
    assert vectors.ids() == set()


@pytest.mark.parametrize("step", [2, 50])
def test_tantivy_finds_the_best_of_the_allowed_passages_be_they_many_or_few(
    terms: TantivyLexicalIndex, step: int
) -> None:
    """Both ways give the exact best: naming the allowed ones, and asking for more hits than wanted."""
    terms.upsert({name: "会议" * (1 + at % 17) + "闭幕" + "通车" * at for at, name in enumerate(names(600))})
    allowed = names(600)[::step]
    for k in (1, 10, 400):
        everything = [hit for hit in terms.search("会议闭幕", 600) if hit.passage_id in set(allowed)][:k]
        found = terms.search("会议闭幕", k, allowed)
        assert [(hit.passage_id, hit.score) for hit in found] == [(hit.passage_id, hit.score) for hit in everything]
    assert terms.search("开学典礼", 10, allowed) == []


def test_collections_do_not_see_each_other(tmp_path: Path) -> None:
    first, second = open_vectors(tmp_path, "a"), open_vectors(tmp_path, "b_")
    first.upsert(["psg_1"], unit_rows(1))
    assert (first.ids(), second.ids()) == ({"psg_1"}, set())
    first.close()
    second.close()


def test_a_vector_of_another_dimension_is_a_store_error(vectors: ChromaVectorIndex) -> None:
    vectors.upsert(["psg_1"], unit_rows(1))
    with pytest.raises(StoreError, match="vector index"):
        vectors.upsert(["psg_2"], unit_rows(1, dim=8))


def test_a_damaged_chroma_folder_is_a_store_error_that_says_how_to_mend_it(tmp_path: Path) -> None:
    (tmp_path / "chroma").mkdir()
    (tmp_path / "chroma" / "chroma.sqlite3").write_text("no database " * 500)
    with pytest.raises(StoreError, match=r"chroma: .*gazette doctor --repair"):
        open_vectors(tmp_path)


def test_a_server_that_is_not_there_is_a_store_error(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    with pytest.raises(StoreUnavailableError, match=f"vector index {url}"):
        ChromaVectorIndex.open(ChromaSettings(url=url), tmp_path, "default").ids()


# --- terms -----------------------------------------------------------------------------------------------------------


def test_rarer_and_repeated_terms_rank_higher(terms: TantivyLexicalIndex) -> None:
    terms.upsert({"psg_1": "大桥通车", "psg_2": "大桥建设，大桥合龙", "psg_3": "大桥", "psg_4": "粮食"})
    assert [hit.passage_id for hit in terms.search("通车", 5)] == ["psg_1"]
    found = terms.search("大桥通车", 5)
    assert found[0].passage_id == "psg_1"
    assert {hit.passage_id for hit in found} == {"psg_1", "psg_2", "psg_3"}
    assert [hit.rank for hit in found] == [1, 2, 3]
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)


def test_a_terms_rarity_is_that_of_the_scores(terms: TantivyLexicalIndex) -> None:
    fake = MemoryLexicalIndex(bigrams)
    for index in (terms, fake):
        index.upsert({"psg_1": "大桥通车", "psg_2": "大桥", "psg_3": "粮食"})
    rarity = terms.rarity("大桥通车了")
    assert rarity == pytest.approx(fake.rarity("大桥通车了"))
    assert rarity["车了"] > rarity["通车"] > rarity["大桥"] > 0
    assert terms.rarity("") == {}


def test_written_and_deleted_passages_show_at_once(terms: TantivyLexicalIndex) -> None:
    terms.upsert({"psg_1": "大桥", "psg_2": "大桥"})
    terms.upsert({"psg_1": "粮食"})
    assert [hit.passage_id for hit in terms.search("大桥", 5)] == ["psg_2"]
    terms.delete(["psg_2", "psg_unknown"])
    assert terms.search("大桥", 5) == []
    assert terms.ids() == {"psg_1"}


def test_deletions_of_a_commit_that_was_killed_are_done_again(tmp_path: Path) -> None:
    with closing(open_terms(tmp_path)) as terms:
        terms.upsert({"psg_1": "水库竣工", "psg_2": "粮食丰收"})
    whole = (tmp_path / "terms" / "meta.json").read_bytes()
    with closing(open_terms(tmp_path)) as terms:
        terms.delete(["psg_1"])
    # A kill before the commit's last step: its file of deletions is there, and nothing names it.
    (tmp_path / "terms" / "meta.json").write_bytes(whole)
    assert [*(tmp_path / "terms").glob("*.del")]
    with closing(open_terms(tmp_path)) as terms:
        assert terms.ids() == {"psg_1", "psg_2"}
        terms.delete(["psg_1"])
        assert terms.ids() == {"psg_2"}


def test_deletions_of_a_commit_that_failed_are_done_again(tmp_path: Path) -> None:
    with closing(open_terms(tmp_path)) as terms:
        terms.upsert({"psg_1": "水库竣工", "psg_2": "粮食丰收"})
        meta, aside = tmp_path / "terms" / "meta.json", tmp_path / "aside"
        meta.rename(aside)
        meta.mkdir()
        with pytest.raises(StoreError):
            terms.delete(["psg_1"])
        meta.rmdir()
        aside.rename(meta)
        assert [*(tmp_path / "terms").glob("*.del")]
        terms.delete(["psg_1"])
        assert terms.ids() == {"psg_2"}


def test_terms_are_searched_among_the_allowed_passages_with_the_same_scores(terms: TantivyLexicalIndex) -> None:
    terms.upsert({name: f"大桥{number}" for number, name in enumerate(names(300))})
    everything = {hit.passage_id: hit.score for hit in terms.search("大桥7", 300)}
    allowed = [*names(300)[::7], "psg_unknown"]
    found = terms.search("大桥7", 300, allowed)
    assert {hit.passage_id: hit.score for hit in found} == {name: everything[name] for name in names(300)[::7]}
    assert terms.search("大桥", 5, []) == []


def test_a_question_without_terms_finds_nothing(terms: TantivyLexicalIndex) -> None:
    terms.upsert({"psg_1": "大桥"})
    assert terms.search(" ", 5) == []
    assert terms.search("未见", 5) == []


def test_equal_scores_come_in_the_order_of_ids(terms: TantivyLexicalIndex) -> None:
    for name in reversed(names(8)):
        terms.upsert({name: "大桥"})
    assert [hit.passage_id for hit in terms.search("大桥", 8)] == names(8)


def test_terms_survive_closing_and_opening(tmp_path: Path) -> None:
    first = open_terms(tmp_path)
    first.upsert({"psg_1": "大桥"})
    first.close()
    second = open_terms(tmp_path)
    assert [hit.passage_id for hit in second.search("大桥", 5)] == ["psg_1"]
    second.close()


def test_a_damaged_term_folder_is_a_store_error_that_says_how_to_mend_it(tmp_path: Path) -> None:
    first = open_terms(tmp_path)
    first.upsert({"psg_1": "大桥"})
    first.close()
    (tmp_path / "terms" / "meta.json").write_text("{")
    with pytest.raises(StoreError, match=r"terms: .*gazette doctor --repair"):
        open_terms(tmp_path)


# --- together --------------------------------------------------------------------------------------------------------


class House:
    """The three real stores of one data folder."""

    def __init__(self, folder: Path) -> None:
        self.ledger = Ledger.open(f"sqlite:///{folder}/ledger.sqlite")
        self.vectors, self.terms = open_vectors(folder), open_terms(folder)
        embedder = HashingEmbedder(dim=64)
        chunker = Chunker(embedder.count_tokens, 50, 100)
        stores: tuple[Ledger, StoredVectors, LexicalIndex] = (self.ledger, self.vectors, self.terms)
        self.index = Index(*stores, embedder, chunker, one_line_one_article, "default")
        self.retriever = Retriever(*stores, embedder, RetrieveSettings(candidates=10))

    def close(self) -> None:
        self.terms.close()
        self.vectors.close()
        self.ledger.close()

    def texts(self, question: str) -> list[str]:
        return [found.passage.text for found in self.retriever.retrieve(Query(question, question), 5).evidence]


def test_what_was_taken_in_is_found_replaced_and_forgotten_across_restarts(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.index.ingest([make_document("大桥昨日通车\n粮食喜获丰收"), make_document("地铁开工", name="b.txt")])
    assert house.texts("大桥通车")[0] == "大桥昨日通车"
    house.close()

    house = House(tmp_path)
    assert house.index.recover().is_empty
    assert house.texts("大桥通车")[0] == "大桥昨日通车"
    house.index.ingest([make_document("大桥明日通车")])
    assert house.texts("大桥通车")[0] == "大桥明日通车"
    assert "大桥昨日通车" not in house.texts("大桥通车")
    for document in house.ledger.documents("default"):
        house.index.delete(document.document_id)
    house.close()

    house = House(tmp_path)
    assert house.index.recover().is_empty
    assert house.texts("大桥通车") == []
    assert house.vectors.ids() == house.terms.ids() == set()
    house.close()


def test_searching_goes_on_while_documents_are_replaced(tmp_path: Path) -> None:
    """A question asked at any moment finds the document, in its old or its new form, never neither or both."""
    house = House(tmp_path)
    house.index.ingest([make_document("大桥第0次通车")])
    seen: list[list[str]] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            seen.append(house.texts("大桥通车"))

    thread = threading.Thread(target=ask)
    thread.start()
    for number in range(1, 15):
        house.index.ingest([make_document(f"大桥第{number}次通车")])
    done.set()
    thread.join()
    assert len(seen) > 5
    assert {len(texts) for texts in seen} == {1}
    assert house.texts("大桥通车") == ["大桥第14次通车"]
    house.close()


def test_lost_folders_are_rebuilt_from_the_ledger(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.index.ingest([make_document("大桥昨日通车\n粮食喜获丰收", published="2024-03-05")])
    before = house.retriever.retrieve(Query("大桥", "大桥"), 5)
    house.close()
    for lost in ("chroma", "terms"):
        (tmp_path / lost).rename(tmp_path / f"lost-{lost}")
    house = House(tmp_path)
    assert len(house.index.repair().missing_vectors) == 2
    assert house.index.check().is_empty
    assert house.retriever.retrieve(Query("大桥", "大桥"), 5) == before
    dated = Query("大桥", "大桥", Filters(date_from="2024-03-05"))
    assert len(house.retriever.retrieve(dated, 5).evidence) == 2
    house.close()


CHILD = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from tests.integration.test_stores import House
from tests.fakes import make_document

house = House(Path(sys.argv[2]))
store, _, method = sys.argv[3].partition(".")
target = getattr(house, store)

def killed(*args, **kwargs):
    print("armed point reached", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

house.index.ingest([make_document("旧事一\\n旧事二"), make_document("乙事", name="b.txt")])
print("acknowledged", flush=True)
setattr(target, method, killed)
house.index.ingest([make_document("新事一\\n新事二")])
"""

POINTS = ["ledger.put_pending", "vectors.upsert", "terms.upsert", "ledger.mark_ready", "vectors.delete", "ledger.purge"]


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_while_replacing_loses_nothing_and_doubles_nothing(tmp_path: Path, point: str) -> None:
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(ROOT), str(tmp_path), point], capture_output=True, text=True, check=False
    )
    assert child.returncode == -9, child.stderr
    assert child.stdout == "acknowledged\narmed point reached\n"
    house = House(tmp_path)
    assert house.index.recover().is_empty
    texts = {document.text for document in house.ledger.documents("default")}
    before, after = "旧事一\n旧事二", "新事一\n新事二"
    assert texts == {before if point == "ledger.put_pending" else after, "乙事"}
    found = set(house.texts("事一"))
    assert ("旧事一" in found) == (before in texts)
    assert ("新事一" in found) == (after in texts)
    house.close()


OFFLINE = """
import socket, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])

def refused(*args, **kwargs):
    raise AssertionError(f"network asked for: {args} {kwargs}")

socket.socket.connect = refused
socket.getaddrinfo = refused
from tests.integration.test_stores import House
from tests.fakes import make_document

house = House(Path(sys.argv[2]))
house.index.ingest([make_document("大桥昨日通车")])
assert house.texts("大桥") == ["大桥昨日通车"]
house.close()
print("done")
"""


def test_nothing_asks_for_the_network(tmp_path: Path) -> None:
    """In a network namespace of its own where the system allows it, so that native code is held to it too."""
    command = [sys.executable, "-c", OFFLINE, str(ROOT), str(tmp_path)]
    isolated = ["unshare", "--user", "--map-root-user", "--net", *command]
    child = subprocess.run(isolated, capture_output=True, text=True, check=False)
    if "unshare" in child.stderr:
        child = subprocess.run(command, capture_output=True, text=True, check=False)
    assert child.stdout == "done\n", child.stderr


def test_the_fakes_keep_the_order_of_the_real_ones(tmp_path: Path) -> None:
    """Fakes and real indexes agree on the best hit, so that unit tests speak of the real thing."""
    texts = {"psg_1": "大桥昨日通车", "psg_2": "粮食喜获丰收", "psg_3": "地铁今日开工"}
    embedder = HashingEmbedder(dim=64)
    rows = embedder.embed_passages(list(texts.values()))
    real, fake = (open_vectors(tmp_path), open_terms(tmp_path)), (MemoryVectorIndex(), MemoryLexicalIndex())
    for vector_index, lexical_index in (real, fake):
        vector_index.upsert(list(texts), rows)
        lexical_index.upsert(texts)
    for question in ("大桥通车", "丰收", "地铁"):
        wanted = embedder.embed_queries([question])[0]
        assert real[0].search(wanted, 3)[0].passage_id == fake[0].search(wanted, 3)[0].passage_id
        assert real[1].search(question, 3)[0].passage_id == fake[1].search(question, 3)[0].passage_id
    real[0].close()
    real[1].close()
