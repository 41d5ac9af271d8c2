from __future__ import annotations

import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag.models import Document, Failure
from rag.pages import segment
from rag.readers import read_content
from tests.unit.readers.pdf_files import pdf_of


def read(content: bytes) -> Document | Failure:
    (found,) = read_content(content, name="a.pdf", source="a.pdf")
    return found


def text_of(content: bytes) -> str:
    found = read(content)
    assert isinstance(found, Document), found
    return found.text


def encrypted() -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import fpdf

        pdf = fpdf.FPDF()
        pdf.add_page()
        pdf.set_font("Helvetica", size=12)
        pdf.cell(text="secret")
        pdf.set_encryption(owner_password="a", user_password="b")
        return bytes(pdf.output())


def test_pages_come_in_order_with_a_form_feed_between() -> None:
    content = pdf_of([["第一行文字", "第二行，继续。"], ["第二页"]])
    assert text_of(content) == "第一行文字\n第二行，继续。\n\f\n第二页"


def test_an_empty_page_keeps_its_form_feed_so_that_pages_can_be_counted() -> None:
    text = text_of(pdf_of([[], ["甲"], [], ["丙"], []]))
    assert text.split() == ["甲", "丙"]
    assert [text[: text.index(word)].count("\f") for word in "甲丙"] == [1, 3]


def test_each_page_is_cut_by_itself_and_numbered() -> None:
    road = ["北山县修通盘山公路", "本报讯(记者 李强)北山县盘山公路昨天通车,全长二十公里。"]
    park = ["第二天,沿线八个村的群众坐上了班车。", "南湖公园换新颜", "本报讯(记者 王芳)南湖公园改造完工,重新开放。"]
    found = read(pdf_of([road, park]))
    assert isinstance(found, Document)
    first = segment(found)[0]
    assert (first.title, first.page) == (road[0], "1")
    assert "群众" not in first.text
    assert {article.page for article in segment(found)[1:]} == {"2"}


def test_control_characters_and_soft_hyphens_are_no_text() -> None:
    assert text_of(pdf_of([["eco\u00adnomy", "全市\u0007经济"]])) == "economy\n全市经济"


def test_a_pdf_without_text_is_refused_with_the_remedy() -> None:
    found = read(pdf_of([[], []]))
    assert isinstance(found, Failure)
    assert "without a text layer" in found.error
    assert "OCR" in found.error


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4\n", b"not a pdf", pdf_of([["甲"]])[:200]])
def test_a_broken_pdf_is_a_failure(content: bytes) -> None:
    found = read(content)
    assert isinstance(found, Failure)
    assert found.source == "a.pdf"


def test_an_encrypted_pdf_is_refused_with_the_remedy() -> None:
    found = read(encrypted())
    assert isinstance(found, Failure)
    assert "remove the password" in found.error


def test_many_threads_may_read_at_once() -> None:
    contents = [pdf_of([[f"第{number}份文件的正文"]]) for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(text_of, contents)) == [f"第{number}份文件的正文" for number in range(40)]
