"""Which ranked passages are kept, and how many places are looked up for it."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from rag.ledger import Whereabouts
from rag.retrieve.blend import Blended
from rag.retrieve.choose import LOOKED_UP, capped

RANKED = [Blended(f"psg_{number:03d}", 1 - number / 1000, ()) for number in range(170)]


class Places:
    """Three passages an article, every seventh passage unknown."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, passage_ids: Sequence[str]) -> dict[str, Whereabouts]:
        self.asked += passage_ids
        numbers = {name: int(name[4:]) for name in passage_ids}
        return {name: Whereabouts(f"art_{at // 3}", "doc", "a.txt") for name, at in numbers.items() if at % 7}


@given(st.integers(1, 200), st.none() | st.integers(1, 3))
def test_the_first_k_known_ones_are_kept_and_so_many_of_an_article(k: int, limit: int | None) -> None:
    everything = Places()(tuple(one.passage_id for one in RANKED))
    wanted: list[str] = []
    taken: list[str] = []
    for name, place in everything.items():
        taken.append(place.article_id)
        if limit is None or taken.count(place.article_id) <= limit:
            wanted.append(name)
    kept = capped(RANKED, Places(), lambda place: place.article_id, limit, k)
    assert [one.passage_id for one in kept] == wanted[:k]


def test_no_more_places_are_looked_up_than_it_takes() -> None:
    places = Places()
    capped(RANKED, places, lambda place: place.article_id, None, 10)
    assert len(places.asked) == LOOKED_UP
