"""Where a text stops in mid-sentence: it reads on over a column break, and not over lost words."""

from __future__ import annotations

import pytest

from rag.models import Article
from rag.pages import segment
from tests.unit.pages.test_segment_invariants import check, page

BROKEN = "段落在句中断开,可能有缺字"
HEAD = ["青石镇抓好春耕服务", "■ 记者 李强"]
FIRST = '备足"耕前物资",种子不愁。青石镇组织农资门店备足种子和化肥,春耕服务队把种子送到村口,目前已送'
SECOND = '备足"耕中人手",农机不停。青石镇春耕服务队帮缺少劳力的农户耕田,农机手轮流上阵,种子下田不误农时。'
THIRD = '备足"耕后保障",收成不忧。青石镇为农户办理种子和农机保险,春耕服务队定期下田查看苗情。'


def cut(*lines: str) -> Article:
    document = page("\n\n".join(lines))
    articles = segment(document)
    check(document, articles)
    (article,) = [found for found in articles if found.kind == "article"]
    return article


def test_a_paragraph_that_lost_its_end_is_not_glued_to_the_next_item_of_a_series() -> None:
    article = cut(*HEAD, FIRST, SECOND, THIRD)
    assert FIRST + "\n" + SECOND in article.text
    assert BROKEN in article.doubts
    assert article.confidence < 1


def test_a_quoted_word_that_opens_no_series_reads_on() -> None:
    whole = '青石镇春耕服务队把种子送到村口,镇里要求各村备足"耕中人手",农机手轮流上阵,种子下田不误农时。'
    at = whole.index("备足")
    article = cut(*HEAD, whole[:at], whole[at:], "青石镇还为农户办理种子和农机保险,春耕服务队定期下田查看苗情。")
    assert whole in article.text
    assert BROKEN not in article.doubts


@pytest.mark.parametrize("opening", ["此次", "另外", "然而", "随着天气转暖", "村民们"])
def test_words_that_begin_a_sentence_are_not_glued_to_half_a_word(opening: str) -> None:
    broken = "青石镇春耕服务队把种子送到村口,农户在家门口就能买到种子,目前已经送出化"
    after = opening + "春耕服务由青石镇组织,农机手轮流上阵,种子下田不误农时。"
    article = cut(*HEAD, broken, after)
    assert broken + "\n" + after in article.text
    assert BROKEN in article.doubts


WRAPPED = " ".join(
    [
        "青石镇春耕服务队昨天把种子送到村口",
        "农户在家门口就能买到春耕的种子了",
        "镇里组织农机手轮流上阵帮助农户耕",
        "田地里到处是忙碌的农户和农机手们",
        "春耕服务队定期下田查看种子和苗情",
        "农户说今年的种子比去年的好得多了",
        "农机手也比去年来得早来得勤快了。",
    ]
)


def wrapped(line: str) -> Article:
    return cut(*HEAD, WRAPPED, WRAPPED.replace("昨天", "今天"), line, "对缺少劳力的农户帮助 耕田,农机手轮流上阵。")


def test_a_line_that_stops_just_before_the_columns_edge_lost_its_mark() -> None:
    line = "同时服务队还挨户走访农户"
    article = wrapped(line)
    assert line + "\n对缺少劳力的农户帮助耕田" in article.text
    assert BROKEN in article.doubts


def test_a_line_that_fills_the_column_reads_on() -> None:
    line = "同时服务队员们还挨户走访农户们"
    assert line + "对缺少劳力的农户帮助耕田" in wrapped(line).text


CATCHPHRASES = (
    "种子备得足。青石镇春耕服务队把种子送到村口,农户在家门口就能买到春耕的种子,镇里的农资门店也备足了化",
    "农机下得早。青石镇春耕服务队帮缺少劳力的农户耕田,农机手轮流上阵,春耕的种子下田不误农时。",
    "苗情看得勤。青石镇春耕服务队定期下田查看种子和苗情,为农户办理种子和农机保险。",
)


def test_paragraphs_that_open_with_a_catchphrase_each_are_paragraphs_of_their_own() -> None:
    article = cut(*HEAD, *CATCHPHRASES)
    assert "\n".join(CATCHPHRASES) in article.text
    assert BROKEN in article.doubts
