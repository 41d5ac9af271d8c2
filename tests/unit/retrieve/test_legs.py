"""The two searches: what one leg missed is scored exactly, and read once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from rag.ledger import Touched
from rag.retrieve import Legs
from rag.retrieve.kept_vectors import KeptVectors
from rag.text.asked import one_form
from tests.fakes import HashingEmbedder, MemoryLexicalIndex, MemoryVectorIndex

HERE = "default"
SIDES, DONE = "东西南北", ("开工", "通车", "通车")
LINES = {f"psg_{at:02d}": f"{SIDES[at % 4]}桥{at}号昨日{DONE[at % 3]}" for at in range(40)}


class CountingVectors(MemoryVectorIndex):
    """Says which vectors were read."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []
        self.fewest = 0

    def few(self) -> int:
        return self.fewest

    def rows(self, passage_ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        self.read += passage_ids
        return super().rows(passage_ids)


class Shelves:
    """Both indexes over the same lines, and a count of changes as a ledger has one."""

    def __init__(self) -> None:
        self.vectors, self.terms, self.embedder = CountingVectors(), MemoryLexicalIndex(), HashingEmbedder(dim=256)
        self.changes = 0
        self.touched: Touched | None = None
        self.vectors.upsert(list(LINES), self.embedder.embed_passages(list(LINES.values())))
        self.terms.upsert(LINES)
        self.legs = Legs(
            KeptVectors(self.vectors, lambda: self.changes, lambda since, until: self.touched),
            self.terms,
            self.embedder,
        )


@given(st.text("东西南北桥号昨日通车开工粮食0123456789", min_size=1, max_size=12), st.integers(1, 30))
def test_whatever_a_leg_brought_has_its_exact_cosine(question: str, depth: int) -> None:
    shelves = Shelves()
    found = shelves.legs.search(question, depth, None)
    assert found.dense is not None
    assert found.lexical is not None
    exact = {hit.passage_id: hit.score for hit in shelves.vectors.search(_vector(shelves, question), len(LINES))}
    brought = {hit.passage_id for side in (found.dense, found.lexical) for hit in side.hits}
    assert set(found.dense.scores) == brought
    assert found.dense.scores == pytest.approx({name: exact[name] for name in brought}, abs=1e-6)


def _vector(shelves: Shelves, question: str) -> NDArray[np.float32]:
    row: NDArray[np.float32] = shelves.embedder.embed_queries([one_form(question)])[0]
    return row


def test_a_vector_is_read_once_between_two_writes() -> None:
    shelves = Shelves()
    first = shelves.legs.search("开工通车桥", 5, None)
    asked = len(shelves.vectors.read)
    assert asked > 0
    assert shelves.legs.search("开工通车桥", 5, None) == first
    assert len(shelves.vectors.read) == asked
    shelves.changes += 2
    assert shelves.legs.search("开工通车桥", 5, None) == first
    assert len(shelves.vectors.read) == 2 * asked


def test_a_write_of_other_passages_lets_a_vector_stay() -> None:
    shelves = Shelves()
    first = shelves.legs.search("开工通车桥", 5, None)
    read = list(shelves.vectors.read)
    shelves.changes, shelves.touched = 2, Touched(frozenset({(HERE, read[0]), (HERE, "new")}))
    assert shelves.legs.search("开工通车桥", 5, None) == first
    assert shelves.vectors.read == [*read, read[0]]


@given(st.integers(0, 40), st.integers(1, 45), st.sets(st.sampled_from([*LINES, "psg_gone"]), min_size=1))
def test_among_few_passages_the_best_are_found_by_vectors_read_once(few: int, depth: int, allowed: set[str]) -> None:
    shelves = Shelves()
    shelves.vectors.fewest = few
    first = shelves.legs.search("开工通车桥", depth, allowed)
    assert first.dense is not None
    exact = shelves.vectors.search(_vector(shelves, "开工通车桥"), depth, allowed)
    assert [(hit.passage_id, hit.rank) for hit in first.dense.hits] == [(hit.passage_id, hit.rank) for hit in exact]
    assert shelves.legs.search("开工通车桥", depth, allowed) == first
    known = sorted(allowed - {"psg_gone"})
    if len(allowed) <= few:
        assert sorted(name for name in shelves.vectors.read if name != "psg_gone") == known


def test_a_vector_the_store_has_lost_has_no_score() -> None:
    shelves = Shelves()
    before = shelves.legs.search("开工通车桥", 5, None)
    assert before.lexical is not None
    lost = shelves.vectors.read[0]
    shelves.vectors.delete([lost])
    shelves.changes += 2
    after = shelves.legs.search("开工通车桥", 5, None)
    assert after.dense is not None
    assert lost not in after.dense.scores
