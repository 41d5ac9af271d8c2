from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.export import html_pieces, markdown_pieces, summaries_html, summaries_jsonl, summaries_markdown
from rag.export.rows import pieces
from tests.unit.export.rows import HOSTILE, Json, declined_row, failed_row, row

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=2, max_size=60)
ALLOWED_TAGS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "header",
    "main",
    "footer",
    "nav",
    "section",
    "article",
}
ALLOWED_TAGS |= {"h1", "h2", "h3", "p", "ul", "ol", "li", "a", "span", "sup", "details", "summary"}
ALLOWED_ATTRIBUTES = {
    "lang",
    "charset",
    "http-equiv",
    "content",
    "name",
    "id",
    "class",
    "href",
    "title",
    "open",
    "aria-label",
}


class _Page(HTMLParser):
    """Everything a browser would act on."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.text.append(data)

    @property
    def shown(self) -> str:
        return "".join(self.text)


def checked_page(rows: list[Json]) -> _Page:
    page = _Page(summaries_html(rows))
    assert not page.open
    assert page.tags <= ALLOWED_TAGS
    assert page.attributes <= ALLOWED_ATTRIBUTES
    assert len(page.ids) == len(set(page.ids))
    assert all(link.startswith("#") and link[1:] in page.ids for link in page.links)
    return page


# --- JSON lines ----------------------------------------------------------------------------------------------------


@given(st.lists(TEXT, max_size=4))
def test_each_row_is_one_line_that_gives_the_row_back(texts: list[str]) -> None:
    rows = [row(text) for text in texts]
    lines = summaries_jsonl(rows).splitlines()
    assert [json.loads(line) for line in lines] == [
        {**one, "citations": [dict(quoted) for quoted in one["citations"]]} for one in rows
    ]


def test_chinese_stays_chinese_in_json_lines() -> None:
    assert "甲乙" in summaries_jsonl([row()])


# --- the order of text and claims ----------------------------------------------------------------------------------


@given(TEXT, st.lists(st.tuples(st.integers(-5, 80), st.integers(-5, 80)), max_size=5))
def test_pieces_join_to_the_summary_whatever_the_claims_say(text: str, spans: list[tuple[int, int]]) -> None:
    claims = [{"start": start, "end": end, "verdict": "supported", "citations": []} for start, end in spans]
    assert "".join(piece for piece, _ in pieces({"summary": text, "claims": claims})) == text


# --- HTML ----------------------------------------------------------------------------------------------------------


def test_the_page_shows_headline_summary_markers_quotes_and_positions() -> None:
    page = checked_page([row(quotes=("甲 乙。", "丙丁。"))])
    assert "题" in page.shown
    assert re.search(r"甲乙。\[1\]✓丙丁。\[2\]✓", page.shown)
    assert "[1]甲 乙。 3–9" in page.shown
    assert {"#q0-1", "#q0-2"} <= set(page.links)


@pytest.mark.parametrize(("verdict", "mark"), [("partial", "◐部分有据"), ("unsupported", "✗无据")])
def test_a_doubtful_claim_is_marked_in_words_with_its_reason(verdict: str, mark: str) -> None:
    html = summaries_html([row(verdicts=("supported", verdict))])
    assert f"丙丁。[2]{mark}" in _Page(html).shown
    assert "：缘由" in html


def test_a_row_without_a_summary_says_why_and_shows_the_nearest_quotes() -> None:
    page = checked_page([declined_row(), failed_row(), row()])
    assert "没有可核实的句子。" in page.shown
    assert "最近的一句 1–2，5–8" in page.shown
    assert "未能生成：模型没有回答" in page.shown
    assert "1 个文件，3 篇，其中 2 篇没有摘要" in page.shown
    assert "图片说明" in page.shown


def test_rows_stand_under_their_documents_and_the_contents_link_there() -> None:
    page = checked_page([row(document="a.txt"), row(document="a.txt"), row(document="b.txt")])
    assert {"#d0", "#d1"} <= set(page.links)
    assert "a.txt 2 篇" in page.shown.replace("\n", "")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_and_never_acts(text: str) -> None:
    rows = [
        row(text + "。", document=text, title=text, article_id=text, quotes=(text, text)),
        declined_row(text, text),
        failed_row(text),
    ]
    page = checked_page(rows)
    visible = re.sub("[\x00-\x08\x0b-\x1f]", "", text)
    assert page.shown.count(visible) >= 5


@given(TEXT, TEXT)
def test_no_text_breaks_the_page(text: str, title: str) -> None:
    checked_page([row(text, title=title, document=title, quotes=(text, title)), failed_row(text)])


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    html = summaries_html([row()])
    assert "default-src 'none'" in html
    assert not re.search(r"https?:|url\(|@import|<script|<link", html)


def test_traditional_text_is_labelled_for_its_own_letter_forms() -> None:
    html = summaries_html([row("組織黨員學習。發揮積極作用。", title="黨建"), row("组织党员学习。发挥积极作用。")])
    assert re.findall(r'<article lang="([^"]+)">', html) == ["zh-Hant", "zh-Hans"]


def test_the_same_rows_give_the_same_bytes() -> None:
    rows = [row(), declined_row(), failed_row()]
    for shape in (summaries_html, summaries_markdown, summaries_jsonl):
        assert shape(rows) == shape(iter(rows))


class _Watched(dict[str, Any]):
    """A row that is counted as long as somebody holds it."""

    now = most = 0

    def __init__(self, row: Json) -> None:
        super().__init__(row)
        _Watched.now += 1
        _Watched.most = max(_Watched.most, _Watched.now)

    def __del__(self) -> None:
        _Watched.now -= 1


@pytest.mark.parametrize("shape", [html_pieces, markdown_pieces])
def test_rows_are_let_go_of_as_they_are_written(shape: Callable[[Iterable[Json]], Iterator[str]]) -> None:
    _Watched.most = _Watched.now
    rows = (_Watched(row(document=f"{number // 3}.txt")) for number in range(300))
    text = "".join(shape(rows))
    assert text == "".join(shape([row(document=f"{number // 3}.txt") for number in range(300)]))
    assert _Watched.most <= 3


def test_no_rows_is_still_a_file() -> None:
    assert "0 个文件，0 篇" in checked_page([]).shown
    assert summaries_markdown([]).startswith("# 文章摘要")
    assert summaries_jsonl([]) == ""


# --- Markdown ------------------------------------------------------------------------------------------------------


def test_markdown_shows_headline_summary_markers_quotes_and_positions() -> None:
    text = summaries_markdown([row(verdicts=("supported", "partial")), declined_row(), failed_row()])
    assert "### 题\n\n甲乙。\\[1\\]丙丁。（部分有据）\\[2\\]\n\n> \\[1\\] 甲乙。 （3–9）" in text
    assert "### （无标题） · 图片说明\n\n*没有可核实的句子。*\n\n> \\[1\\] 最近的一句 （1–2，5–8）" in text
    assert "*未能生成：模型没有回答*" in text


def test_lines_of_a_summary_stay_lines() -> None:
    assert "一行。\\[1\\]  \n二行。\\[2\\]\n" in summaries_markdown([row("一行。\n二行。\n")])


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_never_becomes_markup(text: str) -> None:
    rows = [
        row(text + "。", document=text, title=text, quotes=(text, text)),
        declined_row(text, text),
        failed_row(text),
    ]
    markdown = summaries_markdown(rows)
    bare = re.sub(r"\\.", "x", markdown)
    assert not re.search(r"[<\[`]", re.sub(r"`art_\d`", "", bare))
    for line in bare.split("\n"):
        assert re.match(r"(#{1,3} |> |\*\S.*\*$|(?![-+#>*]|\d+[.)]))", line.strip()), line
