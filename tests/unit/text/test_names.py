from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.names import find_names, find_organisations, find_quoted
from rag.text.people import find_people
from rag.text.places import find_places

SEEDS = Path(__file__).parents[3] / "seeds"
TEXT = st.text(max_size=60) | st.text(
    alphabet="记者书局长张王李欧阳伟明说，。、·（）(右一) 在省市县区镇村街道公司学校委员会《》“”「」女士", max_size=60
)


@given(TEXT)
def test_names_are_verbatim_and_in_reading_order(text: str) -> None:
    names = find_names(text)
    assert all(text[name.start : name.end] == name.text and name.text for name in names)
    assert [name.start for name in names] == sorted(name.start for name in names)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("（记者王小明 通讯员李华）", ["王小明", "李华"]),
        ("副县长欧阳志强指出，要抓好落实。", ["欧阳志强"]),
        ("“很满意。”村民张大山说。", ["张大山"]),
        ("大队长(主任)陈建业毫不犹豫跟了上去。", ["陈建业"]),
        ("局长周敏迅速赶到。周敏迅速到场。", ["周敏"]),
        ("記者 劉剛 王岩", ["劉剛", "王岩"]),
        ("赵先生和李大妈来到现场。", ["赵先生", "李大妈"]),
        ("卡尔·马克思的著作", ["卡尔·马克思"]),
        ("志愿者刘兰（右一）在打扫。", ["刘兰"]),
    ],
)
def test_people_are_found_by_the_words_around_them(text: str, people: list[str]) -> None:
    assert list(dict.fromkeys(person.text for person in find_people(text))) == people


@pytest.mark.parametrize(
    "text", ["书记高度重视。", "党员干部带头。", "局长方面表示欢迎。", "经济高质量发展", "代表全体师生"]
)
def test_words_after_an_office_are_not_people(text: str) -> None:
    assert find_people(text) == []


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("来到青山县绿水镇调研", ["青山县绿水镇"]),
        ("位于四川省的基地", ["四川省"]),
        ("在和平街道举行", ["和平街道"]),
        ("走进全市各乡镇、各社区和园区", []),
        ("上市公司与城市建设", []),
        ("9000多名市级党员", []),
    ],
)
def test_places_need_a_clear_edge_and_a_name(text: str, places: list[str]) -> None:
    assert [place.text for place in find_places(text)] == places


@pytest.mark.parametrize("name", ["盐城市", "成都市", "厦门市", "房山区", "西湖区", "井陉矿区"])
def test_a_place_whose_name_ends_like_a_common_word_is_one(name: str) -> None:
    assert [place.text for place in find_places(f"{name}去年建了几所学校?")] == [name]


@pytest.mark.parametrize("text", ["沿海城市去年建了几所学校?", "到夜市去", "在老城区", "走进山区"])
def test_a_common_word_is_no_place(text: str) -> None:
    assert find_places(text) == []


def test_organisations_carry_their_place() -> None:
    assert [found.text for found in find_organisations("前往青山县体育中心、东方食品有限公司")] == [
        "青山县体育中心",
        "东方食品有限公司",
    ]
    assert find_organisations("该公司与3家公司") == []


def test_titles_and_quoted_terms_are_found_without_their_marks() -> None:
    found = find_quoted("印发《实施办法》，打造“红色高地”，他说：“要抓好落实。”")
    assert [(name.text, name.kind) for name in found] == [("实施办法", "title"), ("红色高地", "quoted")]


@pytest.mark.parametrize("page", sorted(SEEDS.glob("*.txt")), ids=lambda page: page.name[:3])
def test_names_of_a_real_page_look_like_names(page: Path) -> None:
    names = find_names(page.read_text(encoding="utf-8"))
    people = {name.text for name in names if name.kind == "person"}
    assert len(people) >= 4
    assert all(2 <= len(person) <= 12 for person in people)
