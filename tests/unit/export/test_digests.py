"""Digests as files: every claim with its note, every article's fate, hostile text harmless, the same bytes."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from rag.adapters.docx import prose_docx
from rag.digest import compose
from rag.export import digest_html, digest_prose, prose_markdown
from rag.models import Conflict, Coverage, Digest, DigestRequest, Filters, LeftOut
from rag.telling import digest_json
from tests.unit.digest.stories import item
from tests.unit.export.rows import HOSTILE

Json = dict[str, Any]


def _digest(*lines: str, hostile: str = "标题", conflicts: tuple[Conflict, ...] = ()) -> Json:
    items = [item(f"art_{at}", line, title=hostile, place=None) for at, line in enumerate(lines)]
    made = compose(items)
    return digest_json(
        Digest(
            DigestRequest(Filters("2024-07-01", "2024-07-02", place=hostile)),
            made.text or None,
            made.opening,
            made.groups,
            made.stories,
            made.claims,
            made.citations,
            conflicts,
            Coverage(
                tuple(one.article_id for one in made.stories), (), (LeftOut("art_9", "undated", "9.txt", hostile),)
            ),
            "extractive",
        )
    )


LINES = ("甲县修路。", "乙县种树2万棵", "丙县开会。", "丁县投资3亿元")


def test_every_claim_stands_in_the_prose_with_its_note_and_every_article_left_out_with_its_reason() -> None:
    text = prose_markdown(digest_prose(_digest(*LINES)))
    assert text.startswith("# 新闻简报（2024-07-01至2024-07-02，标题）")
    assert "丁县投资3亿元。[^1]" in text
    assert all(f"[^{number}]: “" in text for number in range(1, 5))
    assert "稿件 5 篇：引用 4 篇，并入同题稿件 0 篇，未写入 1 篇。" in text
    assert "没有完整日期" in text
    assert "标题（9.txt）" in text


def test_sources_that_disagree_are_shown_with_both_sides() -> None:
    shown = _digest(*LINES, conflicts=(Conflict((1, 2), "数字不同"),))
    first, second = (shown["claims"][at]["text"] for at in (1, 2))
    text = prose_markdown(digest_prose(shown))
    assert f"一说：{first}" in text
    assert f"另一说：{second}" in text
    page = digest_html(shown)
    assert page.count("来源不一致") == 1
    assert "数字不同" in page


def test_a_docx_has_every_quote_as_a_real_footnote() -> None:
    shown = _digest(*LINES)
    with zipfile.ZipFile(io.BytesIO(prose_docx(digest_prose(shown)))) as archive:
        notes = archive.read("word/footnotes.xml").decode()
        body = archive.read("word/document.xml").decode()
    assert all(citation["quote"] in notes for citation in shown["citations"])
    assert body.count("footnoteReference") >= len(shown["claims"])


@pytest.mark.parametrize("hostile", HOSTILE)
def test_the_page_shows_text_and_never_becomes_it(hostile: str) -> None:
    page = digest_html(_digest(*LINES, f"{hostile}5万元", hostile=hostile))
    assert "<script" not in page.replace("&lt;script", "")
    assert "<img" not in page
    assert 'onmouseover="' not in page
    assert "\x1b" not in page


def test_every_marker_of_the_page_leads_to_its_quote() -> None:
    page = digest_html(_digest(*LINES))
    for number in range(1, 5):
        assert f'href="#q{number}"' in page
        assert f'id="q{number}"' in page


def test_a_digest_of_nothing_says_so() -> None:
    nothing = _digest() | {"digest": None}
    assert "所问范围内没有可写入简报的稿件" in prose_markdown(digest_prose(nothing))
    assert "上次简报以来没有新稿件" in digest_html(nothing | {"nothing_new": True})


def test_the_same_digest_gives_the_same_bytes() -> None:
    shown = _digest(*LINES)
    assert digest_html(shown) == digest_html(_digest(*LINES))
    assert prose_docx(digest_prose(shown)) == prose_docx(digest_prose(_digest(*LINES)))
