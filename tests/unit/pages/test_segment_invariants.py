"""What must hold for every cut, whatever the page: nothing lost, nothing twice, the map exact."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.models import Article, Document, SourceMetadata
from rag.pages import segment

SEEDS = Path(__file__).parents[3] / "seeds"
PAGES = sorted(SEEDS.glob("*.txt"))


def page(text: str, *, is_record: bool = False, metadata: SourceMetadata | None = None) -> Document:
    return Document.from_bytes(
        text.encode("utf-8", "surrogatepass"),
        text,
        document="page.txt",
        source="page.txt",
        media_type="text/plain",
        is_record=is_record,
        metadata=metadata or SourceMetadata(),
    )


def check(document: Document, articles: tuple[Article, ...]) -> None:
    text = document.text
    owner: list[str | None] = [None] * len(text)
    for article in articles:
        spans = article.source_spans
        assert spans
        assert article.text.replace("\n", "") == "".join(text[s:e] for s, e in spans)
        assert article.article_id == Article.identify(document.document_id, min(s for s, _ in spans))
        assert 0.0 <= article.confidence <= 1.0
        at = 0
        for part in article.parts:
            assert at <= part.start < part.end <= len(article.text)
            assert not article.text[at : part.start].strip("\n")
            at = part.end
        assert at == len(article.text)
        for start, end in spans:
            for i in range(start, end):
                assert owner[i] is None
                owner[i] = article.article_id
    assert all(owner[i] is not None for i, c in enumerate(text) if not c.isspace())
    ids = [article.article_id for article in articles]
    assert len(set(ids)) == len(ids)
    assert all(article.duplicate_of in ids for article in articles if article.duplicate_of)


LINE = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="中文报记者讯摄版 ,。:;“”()#*\n1年月日", max_size=80),
    st.sampled_from(
        [
            "本报讯(记者王小明)今天,",
            "■ 记者 李四",
            "(下转第3版)",
            "上接第1版",
            "李强 摄",
            "## 标题",
            "**",
            "![](a.png)",
            "制",
            "\ufeff",
            "\f",
            "\u200b# 标题\u2060",
        ]
    ),
)


@given(st.lists(LINE, max_size=14), st.sampled_from(["\n", "\n\n", "\r\n", "\n\n\n\n", " \n"]), st.booleans())
@settings(max_examples=100, deadline=None)
def test_every_character_is_in_exactly_one_piece(lines: list[str], separator: str, is_record: bool) -> None:
    document = page(separator.join(lines), is_record=is_record)
    articles = segment(document)
    check(document, articles)
    if is_record:
        assert sum(article.kind != "furniture" for article in articles) <= 1


@given(st.sampled_from(PAGES), st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_a_mutilated_page_is_still_cut_without_loss(path: Path, seed: int) -> None:
    chance = random.Random(seed)
    lines = path.read_text(encoding="utf-8").split("\n")
    if chance.random() < 0.5:
        chance.shuffle(lines)
    lines = [line[: chance.randrange(len(line) + 1)] if chance.random() < 0.2 else line for line in lines]
    document = page("\n".join(line for line in lines if chance.random() < 0.9))
    check(document, segment(document))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name[:3])
def test_each_sample_page_is_cut_without_loss_and_always_the_same(path: Path) -> None:
    document = page(path.read_text(encoding="utf-8"))
    first, second = segment(document), segment(document)
    check(document, first)
    assert first == second


@pytest.mark.parametrize("text", ["", " ", "\n\n \n", "\u3000"])
def test_an_empty_document_has_no_pieces(text: str) -> None:
    assert segment(page(text)) == ()


def test_time_grows_with_length_not_faster() -> None:
    once = "\n\n".join(path.read_text(encoding="utf-8") for path in PAGES)
    small, large = page(once), page("\n\n".join([once] * 4))
    segment(small)
    begin = time.perf_counter()
    segment(small)
    middle = time.perf_counter()
    segment(large)
    end = time.perf_counter()
    assert (end - middle) < 12 * (middle - begin)


def test_one_endless_line_is_no_trouble() -> None:
    document = page("我们在报纸上读到很多新闻。" * 20_000)
    check(document, segment(document))


def test_a_record_is_one_article_with_the_fields_it_came_with() -> None:
    text = "本报讯(记者 王小明)7月6日,会议召开。\n\n第二段说了别的事。\n■ 记者 李四\n## 小标题\n结尾。"
    metadata = SourceMetadata(title="会议召开", paper="某日报", published="2023-07-07", page="2", place="某市")
    document = page(text, is_record=True, metadata=metadata)
    articles = segment(document)
    check(document, articles)
    (article,) = [article for article in articles if article.kind == "article"]
    assert (article.title, article.paper, article.published, article.page, article.place) == (
        "会议召开",
        "某日报",
        "2023-07-07",
        "2",
        "某市",
    )
    assert {byline.name for byline in article.bylines} == {"王小明", "李四"}
    assert article.dateline == "本报讯"


@pytest.mark.parametrize(
    "line", ["全市召开工作会议第{}", "——来自基层的报道", "本报记者 李强 摄", "某某镇:", "■ 记者 李强"]
)
def test_a_page_of_nothing_but_short_lines_is_cut_without_loss(line: str) -> None:
    document = page("\n\n".join(line.format(n) for n in range(120)))
    check(document, segment(document))
