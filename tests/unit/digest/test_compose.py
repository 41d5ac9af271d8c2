"""The text of a digest: claims point into it, it keeps its length, nothing is said that was not verified."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from rag.digest import Item, compose
from rag.digest.compose import ELSEWHERE
from tests.unit.digest.stories import item, statement

NEWS = [
    item("a1", "5月3日，甲县建成水库1座，投资3亿元。", "水库灌溉农田2万亩。", place="甲县", title="水库建成"),
    item("a2", "甲县新修公路20公里。", place="甲县"),
    item("a3", "5月4日，乙市召开运动会，600人参加。", place="乙市"),
    item("a4", "乙市学校开学。", place="乙市"),
    item("a5", "一幅照片。", kind="photo_caption"),
]
TEXTS = st.lists(
    st.text("甲乙市县建成投资0123456789，。", min_size=1, max_size=40).filter(str.strip), min_size=1, max_size=3
)


def _items(texts: list[list[str]]) -> list[Item]:
    return [item(f"art_{at}", *said) for at, said in enumerate(texts)]


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(TEXTS, max_size=9), max_chars=st.none() | st.integers(20, 400))
def test_claims_point_into_the_text_and_the_text_keeps_its_length(
    texts: list[list[str]], max_chars: int | None
) -> None:
    items = _items(texts)
    made = compose(items, max_chars)
    assert max_chars is None or len(made.text) <= max_chars
    for claim in made.claims:
        assert made.text[claim.start : claim.end] == claim.text
        assert claim.citations
    assert [citation.marker for citation in made.citations] == list(range(1, len(made.citations) + 1))
    told = {story.article_id for story in made.stories}
    assert told | set(made.over_length) == {one.article.article_id for one in items}
    assert not told & set(made.over_length)


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(TEXTS, max_size=9))
def test_without_a_limit_every_story_has_a_line_in_exactly_one_group(texts: list[list[str]]) -> None:
    made = compose(_items(texts))
    assert sorted(at for group in made.groups for at in group.stories) == list(range(len(texts)))
    assert all(story.claims for story in made.stories)


def test_nothing_is_said_but_statements_names_of_groups_and_places() -> None:
    made = compose(NEWS)
    rest = made.text
    for claim in reversed(made.claims):
        rest = rest[: claim.start] + rest[claim.end :]
    headings = {f"【{group.name}】" for group in made.groups}
    words = re.sub("|".join(map(re.escape, headings)), "", rest)
    assert re.sub(r"甲县：|乙市：|· |。|\n", "", words) == ""


def test_stories_of_one_place_stand_together_and_captions_last() -> None:
    made = compose(NEWS)
    groups = {group.name: [made.stories[at].article_id for at in group.stories] for group in made.groups}
    assert groups == {"甲县": ["a1", "a2"], "乙市": ["a3", "a4"], ELSEWHERE: ["a5"]}


def test_the_opening_says_the_most_newsworthy_and_the_line_says_something_else_of_it() -> None:
    made = compose(NEWS)
    assert made.claims[made.opening[0]].text == "5月3日，甲县建成水库1座，投资3亿元。"
    story = next(one for one in made.stories if one.article_id == "a1")
    assert story.opening == made.opening[:1]
    assert [made.claims[at].text for at in story.claims] == ["水库灌溉农田2万亩。"]


def test_the_least_newsworthy_is_left_out_where_not_all_fit() -> None:
    made = compose(NEWS, 60)
    assert "a5" in made.over_length
    assert "a1" not in made.over_length


def test_equal_quotes_share_one_number() -> None:
    same = statement("甲县新修公路20公里。")
    made = compose([Item(item("a1", "x").article, "1", (same,)), Item(item("a2", "x").article, "2", (same,))])
    assert len(made.citations) == 1
    assert len(made.claims) == 2


def test_the_other_side_of_a_figure_stands_behind_the_line_it_contradicts() -> None:
    mine, other = statement("甲县死亡3人。", "a1"), statement("甲县死亡5人。", "a2", document="doc_2")
    story = Item(item("a1", "x").article, "1.txt", (mine,), others=((mine, other),))
    made = compose([story])
    assert made.text.endswith("甲县死亡3人。另有刊载：甲县死亡5人。")
    assert {citation.article_id for citation in made.citations} == {"a1", "a2"}
    assert made.index_of(mine) == 0
    assert made.index_of(other) == 1


def test_the_same_stories_give_the_same_text() -> None:
    assert compose(NEWS).text == compose(list(NEWS)).text
