"""Keys by which copies meet: the same everywhere, shared by alike sets, hardly ever by others."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rag.adapters.rensa import PERMUTATIONS, ROWS, RensaSigner
from rag.duplicates import Shingles
from rag.models import Article
from tests.fakes import make_document, one_line_one_article

ARTICLE = one_line_one_article(make_document("会议昨天闭幕"))[0]


def keys_of(hashes: NDArray[np.uint64]) -> set[int]:
    def given(article: Article) -> Shingles:
        assert article is ARTICLE
        return hashes

    return set(RensaSigner(given).keys(ARTICLE))


def hashes(seed: int, size: int = 700) -> NDArray[np.uint64]:
    return np.unique(np.random.default_rng(seed).integers(0, 2**63, size, dtype=np.uint64))


def test_the_same_set_has_the_same_keys_and_an_empty_one_none() -> None:
    keys = keys_of(hashes(1))
    assert keys == keys_of(hashes(1))
    assert len(keys) == PERMUTATIONS // ROWS
    assert all(0 <= key < 2**63 for key in keys)
    assert keys_of(np.empty(0, np.uint64)) == set()


def test_a_half_shares_a_key_with_the_whole_and_strangers_share_none() -> None:
    wholes = [hashes(seed) for seed in range(100)]
    met = sum(bool(keys_of(whole) & keys_of(whole[: len(whole) // 2])) for whole in wholes)
    assert met >= 95
    strangers = sum(bool(keys_of(one) & keys_of(other)) for one, other in pairwise(wholes))
    assert strangers == 0


def test_keys_do_not_depend_on_the_program_run() -> None:
    assert sorted(keys_of(np.arange(1, 50, dtype=np.uint64)))[0] == FIRST_KEY


FIRST_KEY = 196895162932589141
"""Kept in ledgers: other keys would no longer meet those stored."""
