from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.models import Document, Failure, SourceMetadata
from rag.readers import read_content


def page(body: str, head: str = "", encoding: str = "utf-8", **options: str) -> Document:
    content = f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode(encoding)
    (found,) = read_content(content, name="a.html", source="a.html", **options)  # type: ignore[arg-type]
    assert isinstance(found, Document), found
    return found


def text_of(body: str) -> str:
    return page(body).text


def test_blocks_are_paragraphs_and_headings_carry_marks() -> None:
    body = "<h1>标题</h1><div><h2>小标题</h2><p>第一段<b>有</b><a href='x'>链接</a>。</p><p>第二段。</p></div>尾"
    assert text_of(body) == "# 标题\n\n## 小标题\n\n第一段有链接。\n\n第二段。\n\n尾"


def test_a_heading_over_two_lines_is_one_heading() -> None:
    assert text_of("<h1>上行<br>下行</h1><p>文</p>") == "# 上行 下行\n\n文"


@pytest.mark.parametrize(
    "junk",
    [
        "<script>x()</script>",
        "<style>p{}</style>",
        "<p hidden>藏</p>",
        "<div style='color:red; DISPLAY : none'>藏<p>藏</p></div>",
        "<span aria-hidden='true'>藏</span>",
        "<nav><p>首页</p></nav>",
        "<div role='navigation'>首页</div>",
        "<button>点</button>",
        "<noscript>藏</noscript>",
        "<!-- 藏 -->",
        "<template><p>藏</p></template>",
    ],
)
def test_what_no_reader_sees_is_dropped_and_the_text_around_it_stays(junk: str) -> None:
    assert text_of(f"<p>前</p>{junk}<p>后</p>") == "前\n\n后"


def test_a_script_inside_a_sentence_leaves_no_gap_and_a_hidden_block_does() -> None:
    assert text_of("<p>前<script>x</script>后</p>") == "前后"
    assert text_of("前<div hidden>藏</div>后") == "前\n\n后"


def test_the_text_of_a_page_wrapped_in_a_form_is_read() -> None:
    assert text_of("<form><p>正文</p><input value='x'><select><option>选</select></form>") == "正文"


def test_lists_and_rows_go_line_by_line() -> None:
    assert text_of("<p>前</p><ul><li>一</li><li>二</li></ul><p>后</p>") == "前\n\n一\n二\n\n后"
    assert text_of("<table><tr><th>年</th><td>甲</td></tr><tr><td>1</td><td>乙</td></tr></table>") == "年 甲\n1 乙"


def test_one_line_break_is_a_line_and_two_are_a_paragraph() -> None:
    assert text_of("甲<br>乙<br><br>丙<br/>\n<br/>丁") == "甲\n乙\n\n丙\n\n丁"
    assert text_of("<pre>甲\n乙\n\n丙</pre>") == "甲\n乙\n\n丙"


def test_white_space_of_the_source_is_layout_but_words_keep_their_blank() -> None:
    assert text_of("<p>\u3000\u3000经济\n   运行，&nbsp; New\n York 2023 年</p>") == "经济运行， New York 2023 年"


def test_ruby_readings_are_dropped() -> None:
    assert text_of("<p><ruby>漢<rp>(</rp><rt>hàn</rt><rp>)</rp></ruby>字</p>") == "漢字"


def test_title_and_date_come_from_the_page_where_the_sender_is_silent() -> None:
    head = (
        "<title> 甲报\n第3版 </title><meta name='PubDate' content='2023-07-06 10:00'>"
        "<meta property='og:site_name' content='甲报'>"
    )
    assert page("文", head).metadata == SourceMetadata(title="甲报 第3版", paper="甲报", published="2023-07-06")
    told = page("文", head, metadata=SourceMetadata(published="2024-01-01"))  # type: ignore[arg-type]
    assert told.metadata.published == "2024-01-01"
    assert page("文", "<meta name='date' content='last week'>").metadata.published is None


SENTENCE = "今年以来，全市经济平稳运行，重点项目建设进展顺利。"


@pytest.mark.parametrize(
    ("written", "declared"),
    [
        ("gb18030", "gb2312"),
        ("gb18030", "utf-8"),
        ("gb18030", ""),
        ("utf-8", "gb2312"),
        ("utf-8", "iso-8859-1"),
        ("gb18030", "windows-1252"),
    ],
)
def test_the_declared_charset_is_believed_only_where_it_is_true(written: str, declared: str) -> None:
    assert page(f"<p>{SENTENCE}</p>", f"<meta charset='{declared}'>", written).text == SENTENCE


def test_a_short_page_needs_its_declaration() -> None:
    head = "<meta http-equiv=Content-Type content='text/html; charset=gbk'>"
    assert page("长 1389", head, "gb18030").text == "长 1389"
    bare = "<html><body>长 1389</body></html>".encode("gb18030")
    (refused,) = read_content(bare, name="a.html", source="a.html")
    assert isinstance(refused, Failure)
    (told,) = read_content(bare, name="a.html", source="a.html", media_type="text/html; charset=GBK")
    assert isinstance(told, Document)
    assert told.text == "长 1389"


def test_deep_nesting_is_read_or_refused_never_cut() -> None:
    assert text_of("<div>" * 300 + "深" + "</div>" * 300) == "深"
    deep = ("<p>前</p>" + "<div>" * 5000 + "深" + "</div>" * 5000 + "<p>后</p>").encode()
    (found,) = read_content(deep, name="a.html", source="a.html")
    assert isinstance(found, Failure)
    assert "nested too deep" in found.error


@pytest.mark.parametrize("content", [b"", b" \n", b"<html></html>", b"<p>&nbsp;</p>", b"<script>only()</script>"])
def test_a_page_without_text_is_a_failure(content: bytes) -> None:
    (found,) = read_content(content, name="a.html", source="a.html")
    assert isinstance(found, Failure)


@given(st.text(alphabet="<>/=\"'&;#! abp甲乙\n-x0", max_size=200))
def test_whatever_looks_like_html_is_read_or_refused(content: str) -> None:
    (found,) = read_content(content.encode(), name="a.html", source="a.html")
    if isinstance(found, Document):
        assert found.text == found.text.strip()
        assert "\n\n\n" not in found.text
        found.text.encode()


@given(st.lists(st.text(alphabet="甲乙丙，。abc1 ", min_size=1).filter(str.strip), min_size=1, max_size=6))
def test_no_character_of_a_paragraph_is_lost(paragraphs: list[str]) -> None:
    text = text_of("".join(f"<p>{one}</p>" for one in paragraphs))
    assert "".join(text.split()) == "".join("".join(paragraphs).split())
    assert text.count("\n\n") == len(paragraphs) - 1
